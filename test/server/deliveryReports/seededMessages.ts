/** Service messages as sending stores them, with the fields that a test overrides. */
import { Types } from 'mongoose';
import type { ServiceMessage } from '../../../server/serviceMessages/serviceMessage.model.ts';

export interface SeedDeps {
  companyId: Types.ObjectId;
  communityId: Types.ObjectId;
}

export function storedMessage(
  { companyId, communityId }: SeedDeps,
  about: Partial<ServiceMessage> = {},
): ServiceMessage {
  const acceptedAt = about.acceptedAt ?? new Date();
  const expiresAt = new Date(acceptedAt.getTime() + 3600_000);
  const status = about.status ?? 'sent';
  const moment = { at: acceptedAt, takenAt: acceptedAt, source: 'desk', isApplied: true } as const;
  return {
    _id: new Types.ObjectId(),
    companyId,
    senderKey: 'key:0123456789abcdef01234567',
    requestHash: null,
    clientMessageId: null,
    statusUrl: null,
    callbackData: null,
    phoneSealed: 'sealed',
    phoneIndex: 'nobody',
    templateId: new Types.ObjectId(),
    templateName: 'orderReady',
    templateVersion: 1,
    variables: { order: '№ 7' },
    text: 'Заказ № 7 готов',
    buttons: [],
    imageIds: [],
    direction: 'twoWay',
    deliveryPolicy: 'any',
    route: [{ network: 'vk', communityId }],
    tries: [{ network: 'vk', communityId, startedAt: acceptedAt }],
    communityId,
    isQuotaFree: false,
    acceptedAt,
    sendAt: null,
    expiresAt,
    status,
    statusAt: acceptedAt,
    sequence: 0,
    history: [{ ...moment, status: 'queued', network: null, tryNo: null, sequence: 0 }],
    endCode: null,
    ...about,
  };
}
