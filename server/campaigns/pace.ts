/** A campaign's pace: how many messages left the queue in the last minute, in buckets of five seconds. */
import type { Campaign } from './campaign.model.ts';

const BUCKET_MS = 5_000;
const WINDOW_MS = 60_000;

/** Parts of an update that add to the current bucket and remove old ones. */
export function paceUpdate(pace: Campaign['pace'], left: number, now: Date) {
  const bucket = Math.floor(now.getTime() / BUCKET_MS);
  const oldest = bucket - (2 * WINDOW_MS) / BUCKET_MS;
  const old = Object.keys(pace).filter((key) => Number(key.slice(1)) < oldest);
  return {
    inc: { [`pace.b${bucket}`]: left },
    unset: Object.fromEntries(old.map((key) => [`pace.${key}`, '' as const])),
  };
}

/** Messages per second over the last minute, or since the start if that is later; one decimal. */
export function perSecondOf({ pace, startAt }: Pick<Campaign, 'pace' | 'startAt'>, now: Date): number {
  const sinceStartMs = startAt === null ? WINDOW_MS : now.getTime() - startAt.getTime();
  const windowMs = Math.min(WINDOW_MS, Math.max(BUCKET_MS, sinceStartMs));
  const from = (now.getTime() - windowMs) / BUCKET_MS;
  let left = 0;
  for (const [key, count] of Object.entries(pace)) {
    const bucket = Number(key.slice(1));
    // The window may begin inside a bucket: count that bucket in part.
    left += count * Math.min(1, Math.max(0, bucket + 1 - from));
  }
  return Math.round((left * 10_000) / windowMs) / 10;
}
