/** How long each kind of data is kept: the periods that administrators set, or the defaults. */
import type { Model, Types } from 'mongoose';
import {
  type RetentionPeriods,
  type RetentionView,
  retentionKinds,
} from '../../shared/schemas/personalData.ts';
import { askAgain } from '../storage/askAgain.ts';
import { upserting } from '../storage/upserting.ts';
import type { Retention } from './retention.model.ts';

export const usualPeriods: RetentionPeriods = {
  messages: retentionKinds.messages.daysUsual,
  serviceMessages: retentionKinds.serviceMessages.daysUsual,
  mailingRows: retentionKinds.mailingRows.daysUsual,
  register: retentionKinds.register.daysUsual,
  unusedUploads: retentionKinds.unusedUploads.daysUsual,
};

export async function readRetention(
  retention: Model<Retention>,
  companyId: Types.ObjectId,
): Promise<RetentionView> {
  return toView(await retention.findById(companyId).lean<Retention>());
}

/** Null when another administrator has changed the periods meanwhile. */
export async function setRetention(
  retention: Model<Retention>,
  companyId: Types.ObjectId,
  { periods, revision }: { periods: RetentionPeriods; revision: number },
): Promise<RetentionView | null> {
  await upserting(() =>
    retention.updateOne({ _id: companyId }, { $setOnInsert: { revision: 0 } }, { upsert: true }),
  );
  const set = await askAgain(async (isRepeat) => {
    const changed = await retention
      .findOneAndUpdate(
        { _id: companyId, revision },
        // The sweep's checkpoints stay: messages that a shorter period makes too old lie beyond them.
        { $set: { periods, revision: revision + 1 } },
        { returnDocument: 'after' },
      )
      .lean<Retention>();
    // An earlier attempt of this call may have done it.
    if (changed || !isRepeat) return changed;
    return retention.findOne({ _id: companyId, revision: revision + 1, periods }).lean<Retention>();
  });
  return set && toView(set);
}

function toView(stored: Retention | null): RetentionView {
  return {
    periods: stored?.periods ?? usualPeriods,
    revision: stored?.revision ?? 0,
    sweptAt: stored?.sweptAt?.toISOString() ?? null,
  };
}
