/** Quality marks over HTTP: criteria, samples, reviews and their report. What a person may see is in each query itself. */

import type { People } from '../auth/people.ts';
import { conversationFilterFor, hasRole, visibleCommunityIds } from '../auth/permissions.ts';
import type { SignedInPerson } from '../auth/signedIn.ts';
import type { CompanySettingsDeps } from '../companies/companySettings.ts';
import { changeCriteria, readCriteria } from '../quality/criteria.ts';
import { readQualityReport } from '../quality/qualityReport.ts';
import {
  amendReview,
  findCase,
  findOwnReview,
  listOwnReviews,
  listReviews,
  type ReviewDeps,
  type ReviewOutcome,
  type ReviewReader,
  toReviewView,
  writeReview,
} from '../quality/reviews.ts';
import {
  drawMore,
  drawSample,
  listSamples,
  type Reviewer,
  readSample,
  type SampleDeps,
} from '../quality/samples.ts';
import type { AuditedChange } from './auditedChange.ts';
import type { EndpointRouter } from './endpointRouter.ts';
import { DeskError } from './errors.ts';
import { readReportDays } from './reportDays.ts';

export interface QualityRouteDeps extends SampleDeps, ReviewDeps {
  settings: CompanySettingsDeps;
  auditedChange: AuditedChange;
  people: Pick<People, 'readPerson'>;
}

export function qualityRoutes({ handle }: EndpointRouter, deps: QualityRouteDeps): void {
  handle('readCriteria', async () => ({ criteria: await readCriteria(deps) }));
  handle('changeCriteria', async ({ body, person }) => {
    const outcome = await changeCriteria(deps.settings, body, person);
    if (outcome.kind === 'unknown') throw refusal({ kind: 'criterionUnknown' });
    return { criteria: outcome.criteria };
  });

  handle('drawSample', async ({ body, person }) => {
    const { days } = await readReportDays(deps, body);
    return drawSample(deps, reviewerOf(person), body, days.period);
  });
  handle('listSamples', async ({ person }) => ({ samples: await listSamples(deps, reviewerOf(person)) }));
  handle('readSample', async ({ params, person }) => {
    const sample = await readSample(deps, reviewerOf(person), params.sampleId);
    return sample ?? notFound('Sample');
  });
  handle('drawMore', async ({ params, body, person }) => {
    const sample = await drawMore(deps, reviewerOf(person), params.sampleId, {
      size: body.size,
      periodOf: async (drawn) => (await readReportDays(deps, drawn)).days.period,
    });
    return sample ?? notFound('Sample');
  });

  handle('listReviews', async ({ params, person }) => {
    const reviews = await listReviews(deps, readerOf(person), params.conversationId);
    return { reviews: reviews.map(toReviewView) };
  });
  handle('writeReview', async ({ params: { conversationId }, body, person }) => {
    const author = readerOf(person);
    const found = await findCase(deps, author, conversationId, body.seq);
    if (!found) throw refusal({ kind: 'notFound' });
    const line = await lineAbout(found.personId.toHexString());
    return deps.auditedChange(
      [{ ...line, actor: person, action: 'review.written', details: {} }],
      async (write) => {
        const review = written(await writeReview(deps, author, conversationId, body));
        await write({
          ...line,
          actor: person,
          action: 'review.written',
          details: { average: review.average, conversation: conversationId },
        });
        return toReviewView(review);
      },
    );
  });
  handle('amendReview', async ({ params: { reviewId }, body, person }) => {
    const author = readerOf(person);
    const before = await findOwnReview(deps, author, reviewId);
    if (!before) throw refusal({ kind: 'notFound' });
    const line = await lineAbout(before.personId.toHexString());
    return deps.auditedChange(
      [{ ...line, actor: person, action: 'review.amended', details: {} }],
      async (write) => {
        const review = written(await amendReview(deps, author, reviewId, body));
        await write({
          ...line,
          actor: person,
          action: 'review.amended',
          details: {
            averageBefore: before.average,
            average: review.average,
            conversation: review.conversationId.toHexString(),
          },
        });
        return toReviewView(review);
      },
    );
  });
  handle('listOwnReviews', async ({ query, person }) => {
    const { rows, nextCursor } = await listOwnReviews(deps, readerOf(person), query.cursor);
    return { reviews: rows.map(toReviewView), nextCursor };
  });
  handle('readQuality', async ({ query, person }) => {
    const { days, timeZone } = await readReportDays(deps, query);
    const { communityId, personId } = query;
    return readQualityReport(deps, {
      communities: communitiesIn(person, communityId),
      personId,
      timeZone,
      days,
    });
  });

  async function lineAbout(personId: string) {
    const reviewed = await deps.people.readPerson(personId);
    return { subject: { kind: 'person' as const, id: personId, name: reviewed?.name ?? personId.slice(-6) } };
  }
}

function reviewerOf(person: SignedInPerson): Reviewer {
  const visible = visibleCommunityIds(person);
  return { id: person.id, communityIds: visible === 'all' ? null : visible };
}

function readerOf(person: SignedInPerson): ReviewReader {
  const { id, name } = person;
  return {
    id,
    name,
    communities: conversationFilterFor(person),
    seesAll: hasRole(person, 'supervisor'),
  };
}

/** What the person may see, and asked for. */
function communitiesIn(person: SignedInPerson, communityId: string | undefined) {
  if (communityId === undefined) return conversationFilterFor(person);
  const visible = visibleCommunityIds(person);
  return { communityId: { $in: visible === 'all' || visible.includes(communityId) ? [communityId] : [] } };
}

function written(outcome: ReviewOutcome) {
  if (outcome.kind === 'written') return outcome.review;
  throw refusal(outcome);
}

function refusal({ kind }: Exclude<ReviewOutcome, { kind: 'written' }>): DeskError {
  switch (kind) {
    case 'notFound':
      return new DeskError('notFound', { message: 'There is no such resolved case or review' });
    case 'clientErased':
      return new DeskError('clientErased', { message: 'The client was erased' });
    case 'ownWork':
      return new DeskError('reviewOfOwnWork', { message: 'Nobody reviews their own work' });
    case 'criterionUnknown':
      return new DeskError('criterionUnknown', { message: 'A criterion is not in use', field: 'marks' });
    case 'changed':
      return new DeskError('reviewChanged', {
        message: 'This review exists, or was changed since it was read',
      });
  }
}

function notFound(what: string): never {
  throw new DeskError('notFound', { message: `${what} not found` });
}
