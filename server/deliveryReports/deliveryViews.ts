/** Views of service messages for the deliveries screen: the phone by the person's role, reasons in both languages. */
import type { Model } from 'mongoose';
import type { DeliveryDetail, DeliveryLine, DeliveryRow } from '../../shared/schemas/delivery.ts';
import type { Role } from '../../shared/schemas/person.ts';
import type { TemplateImageView } from '../../shared/schemas/template.ts';
import { endReasons } from '../../shared/v1/endReasons.ts';
import { maskPhone } from '../auth/permissions.ts';
import type { Community } from '../communities/community.model.ts';
import type { Phones } from '../phones/servicePhones.ts';
import type { ServiceMessage, StatusTransition } from '../serviceMessages/serviceMessage.model.ts';
import { isWaiting } from '../serviceMessages/statuses/cancelWaiting.ts';
import { currentTryOf } from '../serviceMessages/statuses/change.ts';
import { isStopped } from './deliveryQuery.ts';
import { againIdOf, canTryAgain } from './tryAgain.ts';

export interface RowDeps {
  serviceMessages: Model<ServiceMessage>;
  phones: Phones;
}

/** One query finds which of them were tried again. */
export async function toRows(
  { serviceMessages, phones }: RowDeps,
  messages: readonly ServiceMessage[],
  role: Role,
): Promise<DeliveryRow[]> {
  const ids = messages.filter(canTryAgain).map(againIdOf);
  const repeats =
    ids.length === 0 ? [] : await serviceMessages.find({ _id: { $in: ids } }, { _id: 1 }).lean();
  const tried = new Set(repeats.map(({ _id }) => _id.toHexString()));
  return messages.map((message) => toRow(message, phones, role, tried));
}

function toRow(message: ServiceMessage, phones: Phones, role: Role, tried: Set<string>): DeliveryRow {
  const againId = canTryAgain(message) ? againIdOf(message).toHexString() : null;
  const wasTried = againId !== null && tried.has(againId);
  const phone = phones.open(message.phoneSealed, message._id);
  return {
    id: message._id.toHexString(),
    acceptedAt: message.acceptedAt.toISOString(),
    phone: maskPhone(phone, role),
    template: message.templateName,
    communityId: message.communityId.toHexString(),
    network: currentTryOf(message).current.network,
    status: message.status,
    statusAt: message.statusAt.toISOString(),
    sequence: message.sequence,
    code: message.endCode,
    expiresAt: message.expiresAt.toISOString(),
    canCancel: isWaiting(message),
    // The message of an erased client has no phone to send to.
    canTryAgain: againId !== null && !wasTried && phone !== '',
    againId: wasTried ? againId : null,
  };
}

export interface DetailFacts {
  row: DeliveryRow;
  /** Those that the reader may see. */
  communities: readonly Community[];
  images: TemplateImageView[];
  sender: DeliveryDetail['sender'];
  conversationId: string | null;
}

export function toDetail(
  message: ServiceMessage,
  { row, communities, images, sender, conversationId }: DetailFacts,
): DeliveryDetail {
  const byId = new Map(communities.map((each) => [each._id.toHexString(), each]));
  const current = byId.get(message.communityId.toHexString());
  return {
    ...row,
    templateVersion: message.templateVersion,
    templateId: message.templateId.toHexString(),
    variables: message.variables,
    text: message.text,
    buttons: message.buttons,
    images,
    ...(message.imageAlts && { imageAlts: message.imageAlts }),
    direction: message.direction,
    deliveryPolicy: message.deliveryPolicy,
    sendAt: message.sendAt?.toISOString() ?? null,
    clientMessageId: message.clientMessageId,
    route: message.route.map(({ network }) => network),
    history: message.history.map(toLine),
    tries: message.tries.map(({ network, communityId, startedAt, externalId, isSkipped }) => ({
      network,
      communityId: byId.has(communityId.toHexString()) ? communityId.toHexString() : null,
      communityName: byId.get(communityId.toHexString())?.name ?? null,
      startedAt: startedAt.toISOString(),
      externalId: externalId ?? null,
      isSkipped: isSkipped ?? false,
    })),
    sender,
    attempts: message.outbox?.attempts ?? 0,
    isStuck: message.status === 'queued' && current !== undefined && isStopped(current),
    conversationId,
    againOf: message.againOf?.toHexString() ?? null,
  };
}

function toLine(transition: StatusTransition): DeliveryLine {
  const { status, at, takenAt, source, network, tryNo, isApplied, code, networkCode } = transition;
  return {
    status,
    at: at.toISOString(),
    takenAt: takenAt.toISOString(),
    source,
    network,
    tryNo,
    isApplied,
    code: code ?? null,
    reason: code ? endReasons[code] : null,
    networkCode: networkCode ?? null,
  };
}
