/** Quality marks: criteria that the company names, samples of resolved cases, and the reviews of supervisors. */
import { z } from 'zod';
import { limits } from '../limits.ts';
import { cursor, id, time } from './common.ts';

export const qualityLimits = {
  /** In use at once; archived ones do not count. */
  criteria: 10,
  archivedCriteria: 100,
  criterionChars: 80,
  commentChars: 2_000,
  sampleSize: 50,
  /** Cases of one sample, with those that were added later. */
  sampleSizeMost: 200,
  /** Cases of a period that a draw looks at, the newest first. */
  candidates: 20_000,
  samplesListed: 30,
  reviewsPerPage: 30,
  /** A sample is deleted after this time; its reviews stay. */
  sampleKeptDays: 365,
} as const;

export const qualityMarks = [1, 2, 3, 4, 5] as const;
export const qualityMark = z.literal(qualityMarks);
export type QualityMark = z.infer<typeof qualityMark>;

export const criterion = z.object({ id, name: z.string(), isArchived: z.boolean() });
export type Criterion = z.output<typeof criterion>;
export const criteriaAnswer = z.object({ criteria: z.array(criterion) });

/** All criteria in their order. A known one that is left out is archived, never deleted: reviews name it. */
export const criteriaChange = z.strictObject({
  criteria: z
    .array(
      z.strictObject({
        /** Absent for a new one. */
        id: id.optional(),
        name: z.string().trim().min(1).max(qualityLimits.criterionChars),
        isArchived: z.boolean().default(false),
      }),
    )
    .max(qualityLimits.criteria + qualityLimits.archivedCriteria)
    .refine((all) => all.filter(({ isArchived }) => !isArchived).length <= qualityLimits.criteria, {
      message: `At most ${qualityLimits.criteria} criteria may be in use`,
    })
    .refine(
      (all) => {
        const names = all.flatMap(({ isArchived, name }) => (isArchived ? [] : name.toLocaleLowerCase('ru')));
        return new Set(names).size === names.length;
      },
      { message: 'Two criteria have the same name' },
    ),
});
export type CriteriaChange = z.output<typeof criteriaChange>;

export const sampleDraw = z.strictObject({
  /** Local dates of the resolution in the company's time zone; both are inside the period. */
  from: z.iso.date(),
  to: z.iso.date(),
  communityId: id.optional(),
  /** Who resolved. */
  personId: id.optional(),
  label: z.string().min(1).max(limits.labelChars).optional(),
  size: z.number().int().min(1).max(qualityLimits.sampleSize),
});
export type SampleDraw = z.output<typeof sampleDraw>;
export const moreCases = z.strictObject({ size: z.number().int().min(1).max(qualityLimits.sampleSize) });

export const sampleView = z.object({
  id,
  createdAt: time,
  from: z.string(),
  to: z.string(),
  communityId: id.nullable(),
  personId: id.nullable(),
  label: z.string().nullable(),
  /** Cases that the reader may see, and how many of them the reader has reviewed. */
  cases: z.number().int().nonnegative(),
  reviewed: z.number().int().nonnegative(),
  /** True where the period had more cases than a draw looks at. */
  isCut: z.boolean(),
});
export type SampleView = z.output<typeof sampleView>;

export const sampleCase = z.object({
  conversationId: id,
  /** The place of the resolution in the thread. */
  seq: z.number().int().positive(),
  /** The first message of the case. Null when it is not known any more. */
  firstMessageId: id.nullable(),
  communityId: id,
  personId: id,
  clientName: z.string(),
  isErased: z.boolean(),
  resolvedAt: time,
  /** The average of the reader's own review; null until it is written. */
  average: z.number().nullable(),
});
export type SampleCase = z.output<typeof sampleCase>;

export const sampleAnswer = sampleView.extend({ list: z.array(sampleCase) });
export type Sample = z.output<typeof sampleAnswer>;

const marks = z
  .array(z.strictObject({ criterionId: id, mark: qualityMark }))
  .min(1)
  .max(qualityLimits.criteria + qualityLimits.archivedCriteria)
  .refine((all) => new Set(all.map(({ criterionId }) => criterionId)).size === all.length, {
    message: 'A criterion has two marks',
  });
const comment = z.string().trim().max(qualityLimits.commentChars).default('');

export const newReview = z.strictObject({ seq: z.number().int().positive(), marks, comment });
export type NewReview = z.output<typeof newReview>;
export const reviewChange = z.strictObject({
  /** The version that the author has seen. */
  version: z.number().int().nonnegative(),
  marks,
  comment,
});
export type ReviewChange = z.output<typeof reviewChange>;

export const reviewView = z.object({
  id,
  conversationId: id,
  communityId: id,
  /** The place of the resolution of the reviewed case. */
  seq: z.number().int().positive(),
  resolutionId: id,
  /** Whose work is reviewed. */
  personId: id,
  authorId: id,
  authorName: z.string(),
  marks: z.array(z.object({ criterionId: id, mark: qualityMark })),
  average: z.number().min(1).max(5),
  comment: z.string(),
  /** The comment was erased with its client, or by its retention period. */
  isCommentErased: z.boolean(),
  createdAt: time,
  amendedAt: time.nullable(),
  version: z.number().int().nonnegative(),
});
export type ReviewView = z.output<typeof reviewView>;
export const reviewsAnswer = z.object({ reviews: z.array(reviewView) });
export const reviewsPage = z.object({ reviews: z.array(reviewView), nextCursor: cursor.nullable() });

export const qualityQuery = z.strictObject({
  /** Local dates of the review in the company's time zone; both are inside the period. */
  from: z.iso.date(),
  to: z.iso.date(),
  communityId: id.optional(),
  personId: id.optional(),
});
export type QualityQuery = z.output<typeof qualityQuery>;

const average = z.number().min(1).max(5).nullable();
export const qualityReport = z.object({
  reviews: z.number().int().nonnegative(),
  average,
  before: z.object({ reviews: z.number().int().nonnegative(), average }),
  /** Mondays of the weeks of the period. */
  weeks: z.array(z.iso.date()),
  people: z.array(
    z.object({
      personId: id,
      reviews: z.number().int().positive(),
      average: z.number().min(1).max(5),
      /** By week, as `weeks`; null in a week without reviews. */
      trend: z.array(average),
      criteria: z.array(z.object({ criterionId: id, average: z.number().min(1).max(5) })),
    }),
  ),
});
export type QualityReport = z.output<typeof qualityReport>;
