/**
 * What each network last reported about a phone (N23, unconfirmed and moved phones): confirmed by its owner, not
 * confirmed for long, or moved to another owner. Keyed by the phone's blind index: a report may precede its client.
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
  /** By the network's clock, where the network gives a time. */
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
// An older confirmation is no longer valid.
phoneReportSchema.index({ at: 1 }, { expireAfterSeconds: limits.phoneConfirmedForMs / 1000 });

export function phoneReportModel(connection: Connection): Model<PhoneReport> {
  return connection.models.PhoneReport ?? connection.model<PhoneReport>('PhoneReport', phoneReportSchema);
}

/** When a network last confirmed the phone; null when none did in the last six months. */
export async function lastConfirmedAt(
  phoneReports: Model<PhoneReport>,
  companyId: Types.ObjectId,
  phoneIndex: string,
): Promise<Date | null> {
  const reports = await phoneReports.find({ companyId, phoneIndex, said: 'confirmed' }).lean<PhoneReport[]>();
  const times = reports.map(({ at }) => at.getTime());
  return times.length === 0 ? null : new Date(Math.max(...times));
}
