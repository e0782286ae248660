/** Reports on answers over HTTP. What a person may see is a condition of the query itself. */
import type { Model } from 'mongoose';
import { visibleCommunityIds } from '../auth/permissions.ts';
import type { SignedInPerson } from '../auth/signedIn.ts';
import type { Company } from '../companies/company.model.ts';
import type { Subject } from '../figures/figures.model.ts';
import { type BreachDeps, readBreaches } from '../figures/readBreaches.ts';
import { type RatingListDeps, readRatings } from '../figures/readRatings.ts';
import { type ReportDeps, readReport } from '../figures/readReport.ts';
import type { EndpointRouter } from './endpointRouter.ts';
import { readReportDays } from './reportDays.ts';

export type ReportRouteDeps = ReportDeps & BreachDeps & RatingListDeps & { companies: Model<Company> };

export function reportRoutes({ handle }: EndpointRouter, deps: ReportRouteDeps): void {
  handle('readReport', async ({ query, person }) => {
    const { days, timeZone } = await readReportDays(deps, query);
    const { personId, label, template } = query;
    const [subject, key]: [Subject, string] =
      personId !== undefined
        ? ['person', personId]
        : label !== undefined
          ? ['label', label]
          : template !== undefined
            ? ['template', template]
            : ['all', ''];
    const communityIds = communitiesOf(person, query.communityId);
    return readReport(deps, { communityIds, subject, key, timeZone, days });
  });
  handle('listBreaches', ({ query, person }) => {
    const { state, cursor } = query;
    return readBreaches(deps, { state, cursor, communityIds: communitiesOf(person, query.communityId) });
  });
  handle('listRatings', async ({ query, person }) => {
    const { period } = (await readReportDays(deps, query)).days;
    const communityIds = communitiesOf(person, query.communityId);
    return readRatings(deps, { communityIds, personId: query.personId, period, cursor: query.cursor });
  });
}

/** What the person may see, and asked for; null for every community. */
function communitiesOf(person: SignedInPerson, communityId: string | undefined): readonly string[] | null {
  const visible = visibleCommunityIds(person);
  if (communityId === undefined) return visible === 'all' ? null : visible;
  return visible === 'all' || visible.includes(communityId) ? [communityId] : [];
}
