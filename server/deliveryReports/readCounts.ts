/** The statistics of a period: the hours' sums and counted transitions not summed yet. No message is read. */
import type { Types } from 'mongoose';
import type { DeliveryStats } from '../../shared/schemas/delivery.ts';
import {
  type CountedTransitions,
  type DeliveryCountModels,
  type DeliveryHour,
  hourIdOf,
} from './deliveryCounts.model.ts';
import { toStats } from './stats.ts';
import { NAMES_KEPT_MS } from './sumHours.ts';

export interface CountsAsked {
  companyId: Types.ObjectId;
  /** Null: all communities. */
  communityIds: readonly string[] | null;
  /** Limits the hours to this template; the list of templates stays complete. */
  template?: string | undefined;
  from: Date;
  to: Date;
}

export async function readCounts(
  { deliveryCounted, deliveryHours }: DeliveryCountModels,
  { companyId, communityIds, template, from, to }: CountsAsked,
): Promise<DeliveryStats> {
  for (;;) {
    const begunMs = performance.now();
    // Counted documents are read before sums: one summed between the two reads is named in its sum.
    const open = await deliveryCounted
      .find({ openSince: { $gt: new Date(0) } }, { messageIds: 0 })
      .lean<CountedTransitions[]>();
    const hours = await deliveryHours
      .find({ companyId, hour: { $gte: from, $lt: to } })
      .lean<DeliveryHour[]>();
    if (performance.now() - begunMs > NAMES_KEPT_MS / 2) continue;
    const summed = new Map(hours.map(({ _id, summed: keys }) => [_id, new Set(keys)]));
    const isAsked = (row: Pick<CountedTransitions, 'companyId' | 'communityId' | 'hour'>) =>
      row.companyId.equals(companyId) &&
      row.hour >= from &&
      row.hour < to &&
      (communityIds === null || communityIds.includes(row.communityId.toHexString()));
    const rest = open.filter((row) => !summed.get(hourIdOf(row))?.has(row.key));
    return toStats([...hours, ...rest].filter(isAsked), template);
  }
}
