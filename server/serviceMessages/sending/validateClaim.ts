/**
 * Decides what happens to each claimed message before the calls: its TTL (N19), the phone check (N23), whether its
 * campaign is paused or cancelled, and whether its phone is on the block list now. `openCall.ts` looks at the time
 * once more, right before each call.
 */

import type { Model } from 'mongoose';
import type { PhoneReport } from '../../clients/phoneReport.model.ts';
import type { CommunityRef } from '../../communities/communityRef.ts';
import type { SendingLimits } from '../../companies/sendingLimits.ts';
import { currentTimeMs } from '../../work/clock.ts';
import type { Stop, Stops } from '../ports.ts';
import type { ServiceMessage } from '../serviceMessage.model.ts';
import { findDoubts, type PhoneDoubt } from './phoneVerification.ts';
import type { ServiceChannel } from './serviceChannel.ts';
import { ttlSecondsLeft } from './ttl.ts';

export type Verdict =
  | { kind: 'send' }
  | { kind: 'outOfTime' }
  | { kind: 'doubted'; code: PhoneDoubt }
  | { kind: 'blocked' }
  | { kind: Stop };

/** By message id. */
export type Verdicts = Map<string, Verdict>;

export interface ValidateClaimDeps {
  phoneReports: Model<PhoneReport>;
  limits: Pick<SendingLimits, 'blocked'>;
  stops: Stops;
}

export async function validateClaim(
  { phoneReports, limits, stops }: ValidateClaimDeps,
  community: CommunityRef,
  channel: ServiceChannel,
  messages: ServiceMessage[],
): Promise<Verdicts> {
  const verdicts: Verdicts = new Map();
  const [doubts, blocked, stopped] = await Promise.all([
    findDoubts(phoneReports, community.network, channel, messages),
    findBlocked(limits, messages),
    stops.of([...new Set(messages.map(({ senderKey }) => senderKey))]),
  ]);
  const nowMs = currentTimeMs();
  for (const message of messages) {
    const id = message._id.toHexString();
    const doubt = message.deliveryPolicy === 'verifiedPhone' && doubts.get(message.phoneIndex);
    const stop = stopped.get(message.senderKey);
    const ttlSeconds = ttlSecondsLeft(message.expiresAt.getTime() - nowMs, channel.leastTtlSeconds);
    if (ttlSeconds === null) verdicts.set(id, { kind: 'outOfTime' });
    else if (stop) verdicts.set(id, { kind: stop });
    else if (blocked.has(message.phoneIndex)) verdicts.set(id, { kind: 'blocked' });
    else if (doubt) verdicts.set(id, { kind: 'doubted', code: doubt });
    else verdicts.set(id, { kind: 'send' });
  }
  return verdicts;
}

/** All messages of a community belong to one company. */
async function findBlocked(limits: ValidateClaimDeps['limits'], messages: ServiceMessage[]) {
  const [first] = messages;
  if (!first) return new Set<string>();
  return limits.blocked(first.companyId, [...new Set(messages.map(({ phoneIndex }) => phoneIndex))]);
}
