/**
 * Decides before the call what happens to each claimed message: its TTL (N19), the phone check (N23), whether it was
 * sent already, whether its campaign is paused or cancelled, and whether its phone is on the block list now.
 */

import type { Model } from 'mongoose';
import type { PhoneReport } from '../../clients/phoneReport.model.ts';
import type { CommunityRef } from '../../communities/communityRef.ts';
import type { SendingLimits } from '../../companies/sendingLimits.ts';
import type { Phones } from '../../phones/servicePhones.ts';
import { currentTimeMs } from '../../work/clock.ts';
import type { Stop, Stops } from '../ports.ts';
import type { ServiceMessage } from '../serviceMessage.model.ts';
import { currentTryOf } from '../statuses/change.ts';
import type { Claim } from './claimBatch.ts';
import { findDoubts, type PhoneDoubt } from './phoneVerification.ts';
import { type ServiceChannel, tryKeyOf } from './serviceChannel.ts';

export type Verdict =
  | { kind: 'send' }
  | { kind: 'found'; externalId: string }
  | { kind: 'outOfTime' }
  | { kind: 'doubted'; code: PhoneDoubt }
  | { kind: 'blocked' }
  | { kind: Stop }
  | { kind: 'lookUpLater' };

/** By message id. */
export type Verdicts = Map<string, Verdict>;

/** Network clocks differ from ours: the time left may be this much shorter than the network's shortest TTL (N19). */
const TTL_SLACK_MS = 2_000;

export interface ValidateClaimDeps {
  phoneReports: Model<PhoneReport>;
  phones: Phones;
  limits: Pick<SendingLimits, 'blocked'>;
  stops: Stops;
}

export async function validateClaim(
  { phoneReports, phones, limits, stops }: ValidateClaimDeps,
  community: CommunityRef,
  channel: ServiceChannel,
  { messages, mayBeSent }: Claim,
): Promise<Verdicts> {
  const verdicts: Verdicts = new Map();
  const unknown = messages.filter((message) => mayBeSent.has(message));
  if (unknown.length > 0) {
    const found = await channel.findSent(
      community,
      unknown.map((message) => {
        const { current } = currentTryOf(message);
        return {
          tryKey: tryKeyOf(message._id, current.network),
          phone: phones.open(message.phoneSealed, message._id),
          text: message.text,
          since: current.startedAt,
        };
      }),
    );
    for (const [at, { _id }] of unknown.entries()) {
      const answer = found[at]!;
      if (answer.kind === 'found') verdicts.set(_id.toHexString(), answer);
      if (answer.kind === 'unknown') verdicts.set(_id.toHexString(), { kind: 'lookUpLater' });
    }
  }
  // The network gets whole seconds, at least its shortest TTL. With less time left it would deliver too late.
  const minExpiresAtMs = currentTimeMs() + Math.max(1_000, channel.leastTtlSeconds * 1_000 - TTL_SLACK_MS);
  const [doubts, blocked, stopped] = await Promise.all([
    findDoubts(phoneReports, community.network, channel, messages),
    findBlocked(limits, messages),
    stops.of([...new Set(messages.map(({ senderKey }) => senderKey))]),
  ]);
  for (const message of messages) {
    const id = message._id.toHexString();
    if (verdicts.has(id)) continue;
    const doubt = message.deliveryPolicy === 'verifiedPhone' && doubts.get(message.phoneIndex);
    const stop = stopped.get(message.senderKey);
    if (message.expiresAt.getTime() < minExpiresAtMs) verdicts.set(id, { kind: 'outOfTime' });
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
