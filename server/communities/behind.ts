/** Since when events of a community may be missing here, as far as its document tells. */
import type { Community } from './community.model.ts';

/** A long poll without events is written down every 20 s or so; other intakes are checked every ten minutes. */
const LONG_POLL_SEEN_MS = 90_000;
const OTHERS_SEEN_MS = 25 * 60_000;

/**
 * Null while all events are known to be here, or nobody expects any: the community is switched off. A `live` community
 * is behind too when its listener has stopped writing how far it came.
 */
export function behindSince(
  {
    isEnabled,
    connection,
    stalledSince = null,
    checkpoint,
    intake,
  }: Pick<Community, 'isEnabled' | 'connection' | 'stalledSince' | 'checkpoint' | 'intake'>,
  nowMs: number,
): Date | null {
  if (!isEnabled || connection.state === 'disabled') return null;
  const storedAt = checkpoint?.at ?? null;
  if (connection.state !== 'live') return storedAt ?? connection.since;
  if (stalledSince) return stalledSince;
  const seenMs = intake.longPoll ? LONG_POLL_SEEN_MS : OTHERS_SEEN_MS;
  return storedAt && nowMs - storedAt.getTime() > seenMs ? storedAt : null;
}
