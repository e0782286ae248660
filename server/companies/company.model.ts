/** The company that uses this desk. One desk serves one company today; every document names it all the same. */

import { type Connection, type Model, Schema, type Types } from 'mongoose';
import type { SendingHours } from '../../shared/schemas/company.ts';
import type { Criterion } from '../../shared/schemas/quality.ts';
import type { Targets, WorkingDays } from '../../shared/schemas/workingTime.ts';
import type { NewAuditLine } from '../audit/audit.ts';
import { isDuplicateKey } from '../storage/database.ts';
import { currentTime } from '../work/clock.ts';

export interface Company {
  _id: Types.ObjectId;
  /** Finds the desk's own company at start, however many processes start at once. */
  slug: string;
  name: string;
  /** True for a bank, which is free of the daily quota (N7). Absent in old documents, like the fields below. */
  isBank?: boolean;
  /** The person who changed the flag last. */
  bankChange?: { at: Date; personId: string; personName: string };
  /** The zone of the company, and of clients whose own zone is unknown. */
  timeZone?: string;
  /** Null: messages go out at any time. */
  sendingHours?: SendingHours | null;
  /** When the company's people work (ADR 31). Null: always. */
  workingDays?: WorkingDays | null;
  /** Local dates. */
  holidays?: string[];
  targets?: Targets;
  /** By community; the others have the company's targets. */
  communityTargets?: Record<string, Targets>;
  /** What reviews of quality give marks for. */
  qualityCriteria?: Criterion[];
  /** Audit lines of stored changes; the audit may not have them yet. */
  unaudited?: NewAuditLine[];
  createdAt: Date;
}

export const USUAL_TIME_ZONE = 'Europe/Moscow';

const mixed = Schema.Types.Mixed;

const companySchema = new Schema<Company>(
  {
    slug: { type: String, required: true },
    name: { type: String, required: true },
    isBank: { type: Boolean, default: false },
    bankChange: mixed,
    timeZone: String,
    sendingHours: mixed,
    workingDays: mixed,
    holidays: { type: [String], default: undefined },
    targets: mixed,
    communityTargets: mixed,
    qualityCriteria: { type: [mixed], default: undefined } as never,
    unaudited: { type: [mixed], default: undefined } as never,
    createdAt: { type: Date, required: true },
  },
  { strict: 'throw', collection: 'companies', versionKey: false },
);
companySchema.index({ slug: 1 }, { unique: true });

export function companyModel(connection: Connection): Model<Company> {
  return connection.models.Company ?? connection.model<Company>('Company', companySchema);
}

/** The desk's company, made at the first start. Safe to call from several processes at once. */
export async function openCompany(companies: Model<Company>): Promise<Company> {
  const slug = 'default';
  const known = await companies.findOne({ slug }).lean<Company>();
  if (known) return known;
  try {
    const made = await companies.create({ slug, name: 'Notify Inbox', createdAt: currentTime() });
    return made.toObject();
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return companies.findOne({ slug }).orFail().lean<Company>();
  }
}
