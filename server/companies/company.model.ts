/** The company that uses this desk. One desk serves one company today; every row names it all the same. */
import { type Connection, type Model, Schema, type Types } from 'mongoose';
import type { SendingHours } from '../../shared/schemas/company.ts';
import type { NewAuditLine } from '../audit/audit.ts';
import { isDuplicateKey } from '../storage/database.ts';

export interface Company {
  _id: Types.ObjectId;
  /** Finds the desk's own company at start, however many processes start at once. */
  slug: string;
  name: string;
  /** N7: a bank is free of the quota. Absent in rows written before it was kept, as are those below. */
  isBank?: boolean;
  /** Who set or lifted the flag last. */
  bankChange?: { at: Date; personId: string; personName: string };
  /** Of the company, and of the clients whose own is not known. */
  timeZone?: string;
  /** Null: messages go out at any time. */
  sendingHours?: SendingHours | null;
  /** Lines of changes that are stored and perhaps not in the audit yet. */
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
    const made = await companies.create({ slug, name: 'Notify Inbox', createdAt: new Date() });
    return made.toObject();
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return companies.findOne({ slug }).orFail().lean<Company>();
  }
}
