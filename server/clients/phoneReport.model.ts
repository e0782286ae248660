/**
 * What each network last said of a phone (N23): that it vouches for its owner, that the owner has not confirmed it for
 * long, or that somebody else has it now. Kept by the phone's blind index, also where no client is known yet.
 */
import { type Connection, type Model, Schema, type Types } from 'mongoose';
import { limits } from '../../shared/limits.ts';
import type { Network } from '../../shared/schemas/common.ts';

export const phoneVerdicts = ['confirmed', 'notConfirmed', 'moved'] as const;
export type PhoneVerdict = (typeof phoneVerdicts)[number];

export interface PhoneReport {
  companyId: Types.ObjectId;
  phoneIndex: string;
  network: Network;
  said: PhoneVerdict;
  /** By the network's clock, where it says so. */
  at: Date;
}

const phoneReportSchema = new Schema<PhoneReport>(
  {
    companyId: { type: Schema.Types.ObjectId, required: true },
    phoneIndex: { type: String, required: true },
    network: { type: String, required: true },
    said: { type: String, enum: phoneVerdicts, required: true },
    at: { type: Date, required: true },
  },
  { strict: 'throw', collection: 'phoneReports', versionKey: false },
);
phoneReportSchema.index({ companyId: 1, phoneIndex: 1, network: 1 }, { unique: true });
// What is older says nothing any more.
phoneReportSchema.index({ at: 1 }, { expireAfterSeconds: limits.phoneConfirmedForMs / 1000 });

export function phoneReportModel(connection: Connection): Model<PhoneReport> {
  return connection.models.PhoneReport ?? connection.model<PhoneReport>('PhoneReport', phoneReportSchema);
}

/** When a network last vouched for the phone; null when none did, or when that was over six months ago. */
export async function lastConfirmedAt(
  phoneReports: Model<PhoneReport>,
  companyId: Types.ObjectId,
  phoneIndex: string,
): Promise<Date | null> {
  const reports = await phoneReports.find({ companyId, phoneIndex, said: 'confirmed' }).lean<PhoneReport[]>();
  const times = reports.map(({ at }) => at.getTime());
  return times.length === 0 ? null : new Date(Math.max(...times));
}
