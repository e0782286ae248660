/** The company's own settings, and what sending needs to know of them. */
import type { Types } from 'mongoose';
import { createAudit } from '../audit/audit.ts';
import { readCompany } from '../companies/companySettings.ts';
import { createCompanyKeeper } from '../companies/keptCompany.ts';
import type { SendingLimits } from '../companies/sendingLimits.ts';
import { createSendingLimits } from '../companies/sendingLimits.ts';
import type { CompanyRouteDeps } from '../http/company.route.ts';
import type { AppContext } from './context.ts';

export interface CompanyRules {
  limits: SendingLimits;
  /** True when the company is free of the daily quota (N7). */
  isBank(companyId: Types.ObjectId): Promise<boolean>;
  settings: Omit<CompanyRouteDeps, 'register'>;
}

export async function openCompanyRules(
  { store, sealing }: AppContext,
  { publish }: Pick<CompanyRouteDeps, 'publish'>,
): Promise<CompanyRules> {
  const keeper = createCompanyKeeper(store.companies);
  const settings = { ...store, sealing, keeper, publish, audit: createAudit(store.auditLines) };
  // A process may have crashed between a change and its line of the audit: this writes the line.
  await readCompany(settings);
  return {
    limits: createSendingLimits({ ...store, keeper }),
    isBank: async (companyId) => (await keeper.read(companyId))?.isBank ?? false,
    settings,
  };
}
