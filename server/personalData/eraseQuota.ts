/**
 * The quota's windows of an erased phone (N7): a window in force stays until it ends, or an erasure would be a way
 * around the limit. Then it goes too, and with it the last place that names the phone's index.
 */
import type { Model, Types } from 'mongoose';
import type { Community } from '../communities/community.model.ts';
import type { Quota } from '../serviceMessages/quota.model.ts';
import { quotaLimits } from '../serviceMessages/quota.ts';

export interface EraseQuotaDeps {
  companyId: Types.ObjectId;
  communities: Model<Community>;
  quota: Model<Quota>;
}

/** When the last window that was in force at `until` ends; null when none is left. */
export async function eraseQuota(
  { companyId, communities, quota }: EraseQuotaDeps,
  phoneIndex: string,
  { until, now }: { until: Date; now: Date },
): Promise<Date | null> {
  const ids = await communities.find({ companyId }, { _id: 1 }).lean<Pick<Community, '_id'>[]>();
  const found = await quota
    .find({ _id: { $in: ids.map(({ _id }) => `${_id.toHexString()}:${phoneIndex}`) } })
    .lean<Quota[]>();
  const waits: number[] = [];
  for (const { _id, units, touchedAt } of found) {
    const old = units.filter(({ takenAt }) => takenAt <= until);
    const ends = old.map(({ sentAt, sentBy }) => (sentAt ?? sentBy).getTime() + quotaLimits.windowMs);
    const last = Math.max(0, ...ends);
    if (last > now.getTime()) waits.push(last);
    // Newer units are of messages to somebody who is written to anew; one taken just now has touched the row.
    else if (old.length === units.length)
      await quota.deleteOne({ _id, touchedAt, units: { $size: units.length } });
  }
  return waits.length > 0 ? new Date(Math.max(...waits)) : null;
}
