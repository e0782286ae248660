/** How long each kind of data is kept: what administrators have set, or the usual. */
import type { Model, Types } from 'mongoose';
import {
  type RetentionPeriods,
  type RetentionView,
  retentionKinds,
} from '../../shared/schemas/personalData.ts';
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

/** Null when somebody else has changed it meanwhile. */
export async function setRetention(
  retention: Model<Retention>,
  companyId: Types.ObjectId,
  { periods, revision }: { periods: RetentionPeriods; revision: number },
): Promise<RetentionView | null> {
  await retention.updateOne({ _id: companyId }, { $setOnInsert: { revision: 0 } }, { upsert: true });
  const set = await retention
    .findOneAndUpdate(
      { _id: companyId, revision },
      // A shorter time than before has older messages to deal with, which the sweep has not passed yet.
      { $set: { periods, revision: revision + 1 } },
      { returnDocument: 'after' },
    )
    .lean<Retention>();
  return set && toView(set);
}

function toView(found: Retention | null): RetentionView {
  return {
    periods: found?.periods ?? usualPeriods,
    revision: found?.revision ?? 0,
    sweptAt: found?.sweptAt?.toISOString() ?? null,
  };
}
