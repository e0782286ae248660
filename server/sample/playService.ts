/** Sends one service message of the past: accepted as from the API or by hand, then reported by its network. */
import { createHash } from 'node:crypto';
import type { Types } from 'mongoose';
import type { CommunityRef } from '../communities/communityRef.ts';
import type { Accepting, Receipts } from '../serviceMessages/ports.ts';
import { tryKeyOf } from '../serviceMessages/sending/serviceChannel.ts';
import type { ServiceMessage } from '../serviceMessages/serviceMessage.model.ts';
import type { PastClock } from './pastClock.ts';
import type { Life, ServiceStep, Step } from './steps.ts';

export interface ServicePorts {
  companyId: Types.ObjectId;
  accepting: Accepting;
  receipts: Receipts;
  /** The key of the company's own system. */
  keyId: Types.ObjectId;
}

/** All reports of a message come within this time. */
export const REPORTED_WITHIN_MS = 10 * 60_000;
const SENT_AFTER_MS = 2_000;
const DELIVERED_AFTER_MS = 9_000;
const READ_AFTER_MS = 4 * 60_000;

/** Safe to repeat. Null when the product refused it, as it may: the daily quota is spent. */
export async function playService(
  { companyId, accepting, receipts, keyId }: ServicePorts,
  { life, step, community, personId, clock }: ServicePlay,
): Promise<ServiceMessage | null> {
  const { atMs, template, variables, end } = step;
  clock.nowMs = atMs;
  const token = `sample-${life.no}-${atMs}`;
  const request = {
    phone: life.phone,
    template,
    variables,
    deliveryPolicy: 'any' as const,
    route: [community.network],
    ...(personId ? {} : { clientMessageId: token }),
  };
  const [outcome] = await accepting.accept(
    {
      companyId,
      senderKey: personId ? `person:${personId}` : `key:${keyId.toHexString()}`,
      statusUrl: null,
      communityIds: [community.id],
    },
    [
      {
        request,
        repeatTokens: [personId ? `hand:${token}` : `client:${token}`],
        requestHash: createHash('sha256').update(JSON.stringify(request)).digest('base64url'),
      },
    ],
  );
  if (!outcome || outcome.kind === 'refused') return null;
  const { message } = outcome;
  const report = (status: 'sent' | 'delivered' | 'read' | 'undelivered', afterMs: number) => ({
    communityId: message.communityId,
    externalId: externalIdOf(message._id),
    tryKey: tryKeyOf(message._id, community.network),
    status,
    at: new Date(atMs + afterMs),
    code: status === 'undelivered' ? ('phoneUnknown' as const) : null,
    networkCode: null,
    source: 'receipt' as const,
  });
  clock.nowMs = atMs + READ_AFTER_MS;
  await receipts.record([
    report('sent', SENT_AFTER_MS),
    ...(end === 'undelivered'
      ? [report('undelivered', DELIVERED_AFTER_MS)]
      : [report('delivered', DELIVERED_AFTER_MS)]),
    ...(end === 'read' ? [report('read', READ_AFTER_MS)] : []),
  ]);
  return message;
}

interface ServicePlay {
  life: Life;
  step: Extract<Step, ServiceStep>;
  community: CommunityRef;
  /** Who sends by hand; null for the company's own system. */
  personId: string | null;
  clock: PastClock;
}

/** The gateway's id of the message: a pressed button names it. */
export function externalIdOf(messageId: Types.ObjectId): string {
  return `sample-${messageId.toHexString()}`;
}
