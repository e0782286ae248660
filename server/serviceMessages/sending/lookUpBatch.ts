/**
 * Looks up the messages that an earlier call may have handed over. Nothing is sent here: a message that the network
 * does not have waits again, or expires. Until that is known, nobody declares it expired, and it keeps its unit.
 */
import type { CommunityRef } from '../../communities/communityRef.ts';
import type { Phones } from '../../phones/servicePhones.ts';
import { currentTime } from '../../work/clock.ts';
import type { ServiceMessage } from '../serviceMessage.model.ts';
import { currentTryOf } from '../statuses/change.ts';
import type { Claim } from './claimBatch.ts';
import { keepClaim } from './liveClaim.ts';
import type { LookUpVerdict } from './lookUpVerdict.ts';
import { type RecordDeps, recordOutcomes } from './recordOutcomes.ts';
import { UNKNOWN_MOST_MS } from './sendingTimes.ts';
import { type ServiceChannel, type ServiceLookup, tryKeyOf } from './serviceChannel.ts';

export interface LookUpDeps extends RecordDeps {
  phones: Phones;
}

export async function lookUpBatch(
  deps: LookUpDeps,
  community: CommunityRef,
  channel: ServiceChannel,
  claimed: Claim,
): Promise<void> {
  const { phones, times } = deps;
  const claim = keepClaim(deps, claimed);
  try {
    const askedAt = currentTime();
    const lookups = await channel.findSent(
      community,
      claim.messages.map((message) => {
        const { current } = currentTryOf(message);
        return {
          tryKey: tryKeyOf(message._id, current.network),
          phone: phones.open(message.phoneSealed, message._id),
          text: message.text,
          since: current.startedAt,
        };
      }),
    );
    const settleMs = Math.min(channel.settleMs, times.settleMostMs);
    const verdicts = new Map(
      claim.messages.map((message, at) => [
        message._id.toHexString(),
        verdictOf(message, lookups[at]!, { askedAt, settleMs }),
      ]),
    );
    await recordOutcomes(deps, channel, claim, ({ _id }) => verdicts.get(_id.toHexString())!);
  } finally {
    await claim.stop();
  }
}

function verdictOf(
  { outbox, expiresAt }: ServiceMessage,
  lookup: ServiceLookup,
  { askedAt, settleMs }: { askedAt: Date; settleMs: number },
): LookUpVerdict {
  if (lookup.kind === 'found') return lookup;
  const calledBy = outbox?.calledBy ?? askedAt;
  if (lookup.kind === 'absent') {
    const unsettledMs = calledBy.getTime() + settleMs - askedAt.getTime();
    return unsettledMs > 0 ? { kind: 'lookUpLater', afterMs: unsettledMs, calledBy } : lookup;
  }
  const isGivenUp = askedAt.getTime() > unknownUntil({ expiresAt, calledBy }).getTime();
  return isGivenUp ? { kind: 'neverKnown' } : { kind: 'lookUpLater', afterMs: null, calledBy };
}

/** Until when a message that may have been sent is looked up. */
export function unknownUntil({
  expiresAt,
  calledBy,
}: {
  expiresAt: Date;
  calledBy?: Date | undefined;
}): Date {
  return new Date(Math.max(expiresAt.getTime(), calledBy?.getTime() ?? 0) + UNKNOWN_MOST_MS);
}
