/**
 * Erases the quota windows of an erased phone (N7, the daily quota). A window in force stays until it ends: otherwise
 * an erasure would bypass the limit. It is the last place that holds the phone's index.
 */
import type { Model, Types } from 'mongoose';
import type { Community } from '../communities/community.model.ts';
import type { Quota } from '../serviceMessages/quota/quota.model.ts';
import { quotaLimits } from '../serviceMessages/quota/quota.ts';

export interface EraseQuotaDeps {
  companyId: Types.ObjectId;
  communities: Model<Community>;
  quota: Model<Quota>;
}

/** @returns when the last window that was in force at `until` ends; null when none is left. Safe to repeat. */
export async function eraseQuota(
  { companyId, communities, quota }: EraseQuotaDeps,
  phoneIndex: string,
  { until, now }: { until: Date; now: Date },
): Promise<Date | null> {
  const ids = await communities.find({ companyId }, { _id: 1 }).lean<Pick<Community, '_id'>[]>();
  const windows = await quota
    .find({ _id: { $in: ids.map(({ _id }) => `${_id.toHexString()}:${phoneIndex}`) } })
    .lean<Quota[]>();
  const endings: number[] = [];
  for (const { _id, units, touchedAt } of windows) {
    const old = units.filter(({ takenAt }) => takenAt <= until);
    const ends = old.map(({ sentAt, sentBy }) => (sentAt ?? sentBy).getTime() + quotaLimits.windowMs);
    const last = Math.max(0, ...ends);
    if (last > now.getTime()) endings.push(last);
    // Newer units belong to messages accepted after the erasure. `touchedAt` guards a unit reserved just now.
    else if (old.length === units.length)
      await quota.deleteOne({ _id, touchedAt, units: { $size: units.length } });
  }
  return endings.length > 0 ? new Date(Math.max(...endings)) : null;
}
