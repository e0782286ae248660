/** Groups the statistics for display: per hour up to three days, per local day beyond. Pure. */
import { deliveryLimits, type HourCounts } from '../../shared/schemas/delivery.ts';
import { startOfDay } from '../ui/startOfDay.ts';

export const statNames = ['sent', 'delivered', 'read', 'undelivered', 'expired'] as const;
export type StatName = (typeof statNames)[number];

export interface Bucket {
  startMs: number;
  counts: Record<StatName, number>;
  reasons: Record<string, number>;
}

export interface Period {
  fromMs: number;
  toMs: number;
  isByDay: boolean;
  /** The chosen period was too long: only its latest part is drawn. */
  isCut: boolean;
}

const HOUR_MS = 3600_000;
const HOURS_DRAWN = 72;

/** The chosen period, or its latest part when it is too long; the last 24 hours when none is chosen. */
export function periodOf(from: string | undefined, to: string | undefined, nowMs: number): Period {
  const nextHourMs = Math.ceil((nowMs + 1) / HOUR_MS) * HOUR_MS;
  if (from === undefined && to === undefined)
    return { fromMs: nextHourMs - 24 * HOUR_MS, toMs: nextHourMs, isByDay: false, isCut: false };
  const toMs = to === undefined ? nextHourMs : startOfDay(to, 1).getTime();
  const earliestMs = toMs - deliveryLimits.hours * HOUR_MS;
  const askedMs = from === undefined ? toMs - 24 * HOUR_MS : startOfDay(from, 0).getTime();
  const fromMs = Math.min(Math.max(askedMs, earliestMs), toMs);
  return { fromMs, toMs, isByDay: toMs - fromMs > HOURS_DRAWN * HOUR_MS, isCut: askedMs < fromMs };
}

/** One bucket per hour or day of the period, empty ones included. */
export function toBuckets(
  hours: readonly HourCounts[],
  { fromMs, toMs, isByDay }: Omit<Period, 'isCut'>,
): Bucket[] {
  const buckets = new Map<number, Bucket>();
  const startOf = (ms: number) => {
    if (!isByDay) return Math.floor(ms / HOUR_MS) * HOUR_MS;
    const date = new Date(ms);
    return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  };
  for (let ms = fromMs; ms < toMs; ms += HOUR_MS) {
    const startMs = startOf(ms);
    if (!buckets.has(startMs)) buckets.set(startMs, emptyBucket(startMs));
  }
  for (const { hour, undelivered, ...counts } of hours) {
    const bucket = buckets.get(startOf(new Date(hour).getTime()));
    if (!bucket) continue;
    for (const stat of ['sent', 'delivered', 'read', 'expired'] as const) bucket.counts[stat] += counts[stat];
    for (const [reason, count] of Object.entries(undelivered)) {
      bucket.counts.undelivered += count;
      bucket.reasons[reason] = (bucket.reasons[reason] ?? 0) + count;
    }
  }
  return [...buckets.values()];
}

export function total(buckets: readonly Bucket[]): Bucket {
  const sum = emptyBucket(0);
  for (const { counts, reasons } of buckets) {
    for (const stat of statNames) sum.counts[stat] += counts[stat];
    for (const [reason, count] of Object.entries(reasons))
      sum.reasons[reason] = (sum.reasons[reason] ?? 0) + count;
  }
  return sum;
}

function emptyBucket(startMs: number): Bucket {
  return { startMs, counts: { sent: 0, delivered: 0, read: 0, undelivered: 0, expired: 0 }, reasons: {} };
}
