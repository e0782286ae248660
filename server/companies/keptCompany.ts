/**
 * The company's settings for sending. They are needed for every message, so they are cached for a moment. A change
 * takes effect within two seconds everywhere, and at once in the process that made it.
 */
import type { Model, Types } from 'mongoose';
import type { Company } from './company.model.ts';

export type KeptCompany = Pick<Company, '_id' | 'isBank' | 'timeZone' | 'sendingHours'>;

export interface CompanyKeeper {
  read(companyId: Types.ObjectId): Promise<KeptCompany | null>;
  /** Clears this process's cache of the company. */
  forget(companyId: Types.ObjectId): void;
}

const KEPT_MS = 1_000;

export function createCompanyKeeper(
  companies: Model<Company>,
  { keptMs = KEPT_MS, nowMs = () => performance.now() }: { keptMs?: number; nowMs?: () => number } = {},
): CompanyKeeper {
  /** The age counts from the start of the read: the answer cannot be older than that. */
  const known = new Map<string, { askedAtMs: number; answer: Promise<KeptCompany | null> }>();
  return {
    read(companyId) {
      const key = companyId.toHexString();
      const held = known.get(key);
      const nowAtMs = nowMs();
      if (held && nowAtMs - held.askedAtMs < keptMs) return held.answer;
      const answer = companies
        .findById(companyId, { isBank: 1, timeZone: 1, sendingHours: 1 })
        .lean<KeptCompany>()
        .exec();
      const fresh = { askedAtMs: nowAtMs, answer };
      known.set(key, fresh);
      answer.catch(() => {
        // The next caller must query again rather than get the error of a store that was away.
        if (known.get(key) === fresh) known.delete(key);
      });
      return answer;
    },
    forget: (companyId) => {
      known.delete(companyId.toHexString());
    },
  };
}
