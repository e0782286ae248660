/** The figures by hour: the sums, and what was counted and is not summed yet. No message is read. */
import type { Types } from 'mongoose';
import type { HourCounts } from '../../shared/schemas/delivery.ts';
import {
  type CountedMoves,
  type Counts,
  type DeliveryCountModels,
  type DeliveryHour,
  hourIdOf,
} from './deliveryCounts.model.ts';
import { NAMES_KEPT_MS } from './sumHours.ts';

export interface CountsAsked {
  companyId: Types.ObjectId;
  /** Null: all of them. */
  communityIds: readonly string[] | null;
  from: Date;
  to: Date;
}

/** Hours in which something moved, in order. */
export async function readCounts(
  { deliveryCounted, deliveryHours }: DeliveryCountModels,
  { companyId, communityIds, from, to }: CountsAsked,
): Promise<HourCounts[]> {
  for (;;) {
    const begunMs = performance.now();
    // Rows before sums: what is summed between the two is named in its sum.
    const open = await deliveryCounted
      .find({ openSince: { $gt: new Date(0) } }, { messageIds: 0 })
      .lean<CountedMoves[]>();
    const hours = await deliveryHours
      .find({ companyId, hour: { $gte: from, $lt: to } })
      .lean<DeliveryHour[]>();
    if (performance.now() - begunMs > NAMES_KEPT_MS / 2) continue;
    const summed = new Map(hours.map(({ _id, summed: keys }) => [_id, new Set(keys)]));
    const isAsked = (row: Pick<CountedMoves, 'companyId' | 'communityId' | 'hour'>) =>
      row.companyId.equals(companyId) &&
      row.hour >= from &&
      row.hour < to &&
      (communityIds === null || communityIds.includes(row.communityId.toHexString()));
    const rest = open.filter((row) => !summed.get(hourIdOf(row))?.has(row.key));
    return byHour([...hours, ...rest].filter(isAsked));
  }
}

function byHour(rows: { hour: Date; counts: Counts }[]): HourCounts[] {
  const found = new Map<number, HourCounts>();
  for (const { hour, counts } of rows) {
    const at = hour.getTime();
    const sum: HourCounts = found.get(at) ?? {
      hour: hour.toISOString(),
      sent: 0,
      delivered: 0,
      read: 0,
      expired: 0,
      undelivered: {},
    };
    found.set(at, sum);
    for (const [what, count] of Object.entries(counts)) {
      const [status, reason] = what.split(':') as [string, string | undefined];
      if (reason !== undefined) sum.undelivered[reason] = (sum.undelivered[reason] ?? 0) + count;
      else if (status === 'sent' || status === 'delivered' || status === 'read' || status === 'expired')
        sum[status] += count;
    }
  }
  return [...found].sort(([a], [b]) => a - b).map(([, sum]) => sum);
}
