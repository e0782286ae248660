/** The criteria of reviews, as the company names them. One that was in use is archived, never deleted. */
import { type Model, Types } from 'mongoose';
import type { CriteriaChange, Criterion } from '../../shared/schemas/quality.ts';
import type { Actor } from '../audit/actor.ts';
import type { Company } from '../companies/company.model.ts';
import { type CompanySettingsDeps, changeSettings } from '../companies/companySettings.ts';

export interface CriteriaDeps {
  companyId: Types.ObjectId;
  companies: Model<Company>;
}

export async function readCriteria({ companies, companyId }: CriteriaDeps): Promise<Criterion[]> {
  const company = await companies.findById(companyId, { qualityCriteria: 1 }).orFail().lean<Company>();
  return company.qualityCriteria ?? [];
}

/** An unknown id is refused as `unknown`. */
export async function changeCriteria(
  deps: CriteriaDeps & CompanySettingsDeps,
  { criteria }: CriteriaChange,
  actor: Actor,
): Promise<{ kind: 'changed'; criteria: Criterion[] } | { kind: 'unknown' }> {
  const known = await readCriteria(deps);
  const knownIds = new Set(known.map(({ id }) => id));
  if (criteria.some(({ id }) => id !== undefined && !knownIds.has(id))) return { kind: 'unknown' };
  const named = criteria.map(
    ({ id, name, isArchived }): Criterion => ({
      id: id ?? new Types.ObjectId().toHexString(),
      name,
      isArchived,
    }),
  );
  const namedIds = new Set(named.map(({ id }) => id));
  const leftOut = known.filter(({ id }) => !namedIds.has(id)).map((each) => ({ ...each, isArchived: true }));
  const names = named.flatMap(({ name, isArchived }) => (isArchived ? [] : [name]));
  const changed = await changeSettings(deps, { $set: { qualityCriteria: [...named, ...leftOut] } }, actor, {
    criteria: names.join('; '),
  });
  return { kind: 'changed', criteria: changed.qualityCriteria ?? [] };
}
