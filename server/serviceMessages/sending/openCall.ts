/**
 * The guard right before each call: the messages' time by the shared clock, and their claim by a stopwatch. Quota is
 * marked before it.
 */
import { currentTimeMs } from '../../work/clock.ts';
import { startStopwatch } from '../../work/stopwatch.ts';
import type { QuotaKeeper } from '../quota/quota.ts';
import { unitsOf } from '../quota/units.ts';
import type { LiveClaim } from './liveClaim.ts';
import { BATCH_MOST_MS } from './sendingTimes.ts';
import type { Call, OutgoingService, ServiceChannel } from './serviceChannel.ts';
import { ttlSecondsLeft } from './ttl.ts';

export function openCall(
  { quota, callMostMs }: { quota: QuotaKeeper; callMostMs: number },
  { leastTtlSeconds }: Pick<ServiceChannel, 'leastTtlSeconds'>,
  claim: LiveClaim,
  stopping: AbortSignal,
): Call {
  const openedAtMs = currentTimeMs();
  const batchAgeMs = startStopwatch();
  const byId = new Map(claim.messages.map((message) => [message._id.toHexString(), message]));
  const messageOf = ({ messageId }: Pick<OutgoingService, 'messageId'>) => byId.get(messageId.toHexString())!;
  const leftMs = (message: OutgoingService) =>
    messageOf(message).expiresAt.getTime() - Math.max(currentTimeMs(), openedAtMs + batchAgeMs());
  return {
    // Marked early, a unit would leave the 24 hours before its message does: so this is done call by call.
    mark: (messages) => quota.markSent(messages.flatMap((each) => unitsOf(messageOf(each)).slice(-1))),
    ttlSecondsOf(message) {
      if (stopping.aborted || batchAgeMs() > BATCH_MOST_MS) return null;
      if (!claim.holds(message.messageId)) return null;
      return ttlSecondsLeft(leftMs(message), leastTtlSeconds);
    },
    signalFor: (messages) =>
      AbortSignal.timeout(Math.max(0, Math.floor(Math.min(callMostMs, ...messages.map(leftMs))))),
  };
}
