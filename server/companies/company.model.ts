/** The company that uses this desk. One desk serves one company today; every row names it all the same. */
import { type Connection, type Model, Schema, type Types } from 'mongoose';
import { isDuplicateKey } from '../storage/database.ts';

export interface Company {
  _id: Types.ObjectId;
  /** Finds the desk's own company at start, however many processes start at once. */
  slug: string;
  name: string;
  /** N7: a bank is free of the quota. Absent in rows written before it was kept. */
  isBank?: boolean;
  createdAt: Date;
}

const companySchema = new Schema<Company>(
  {
    slug: { type: String, required: true },
    name: { type: String, required: true },
    isBank: { type: Boolean, default: false },
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
