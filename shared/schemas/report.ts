/** Reports on answers, and the list of missed targets, for supervisors. */
import { z } from 'zod';
import { limits } from '../limits.ts';
import { cursor, id, time } from './common.ts';
import { ratingMark, ratingMarks } from './rating.ts';

export const reportLimits = {
  /** A year, a leap year too. */
  days: 366,
  /** People, labels or templates of one table. */
  rows: 200,
  breachesPerPage: 50,
  ratingsPerPage: 50,
} as const;

const count = z.number().int().nonnegative();
const ms = z.number().nonnegative().nullable();

/** Working time everywhere. Null where nothing was measured. */
const figures = z.object({
  replies: count,
  answers: count,
  /** Cases that began. */
  cases: count,
  /** Cases that began again after a resolution. */
  reopened: count,
  resolved: count,
  /** How often a client began to wait, and how often outside working hours. */
  waits: count,
  waitsOutside: count,
  firstAnswers: count,
  firstAnswerMedianMs: ms,
  firstAnswerP90Ms: ms,
  resolutionMedianMs: ms,
  resolutionP90Ms: ms,
  /** Replies and answers of a case that was resolved, on average. */
  messagesPerResolution: z.number().nonnegative().nullable(),
  /** Targets that were missed, by kind. */
  firstAnswerLate: count,
  nextAnswerLate: count,
  resolutionLate: count,
  /** Service messages that the network accepted; null where that is not known, for a person or a label. */
  serviceSent: count.nullable(),
  /** Service messages sent in the period that got a reply. */
  serviceAnswered: count,
  /** Clients who were asked for a mark, by the time of the question; the marks of these count at the same time. */
  asked: count,
  rated: count,
  /** How often each mark was given, from 1 to 5. */
  marks: z.array(count).length(ratingMarks.length),
  markAverage: z.number().min(1).max(5).nullable(),
});
export type ReportFigures = z.output<typeof figures>;

const row = figures.extend({
  /** A community's or a person's id, a label, or a template's name. */
  key: z.string(),
});
export type ReportRow = z.output<typeof row>;

export const reportQuery = z
  .strictObject({
    /** Local dates in the company's time zone; both are inside the period. */
    from: z.iso.date(),
    to: z.iso.date(),
    communityId: id.optional(),
    personId: id.optional(),
    label: z.string().min(1).max(limits.labelChars).optional(),
    template: z.string().min(1).max(200).optional(),
  })
  .refine(
    ({ personId, label, template }) =>
      [personId, label, template].filter((each) => each !== undefined).length <= 1,
    { path: ['personId'], message: 'Give one of personId, label and template' },
  );
export type ReportQuery = z.output<typeof reportQuery>;

export const reportAnswer = z.object({
  timeZone: z.string(),
  /** Up to when threads are counted; null before the first time. */
  countedAt: time.nullable(),
  /** True while older threads are still being counted: the figures grow. */
  isCounting: z.boolean(),
  figures,
  /** The same for as many days before. */
  before: figures,
  /** Replies, or a person's answers, or answered service messages: seven days from Monday, 24 hours each. */
  hours: z.array(z.array(count).length(24)).length(7),
  days: z.array(z.object({ date: z.string(), replies: count, answers: count, resolved: count })),
  communities: z.array(row),
  /** Empty when the report is about one person, label or template. */
  people: z.array(row),
  labels: z.array(row),
  templates: z.array(row),
});
export type Report = z.output<typeof reportAnswer>;

export const breachesQuery = z.strictObject({
  /** `open`: clients who still wait, the longest overdue first. `over`: what was late, the newest first. */
  state: z.enum(['open', 'over']).default('open'),
  communityId: id.optional(),
  cursor: cursor.optional(),
});

const breach = z.object({
  kind: z.enum(['firstAnswer', 'nextAnswer', 'resolution']),
  since: time,
  dueAt: time,
  /** Null while the client waits. */
  endedAt: time.nullable(),
  personId: id.nullable(),
});

export const breachRow = z.object({
  id: z.string(),
  conversationId: id,
  communityId: id,
  clientName: z.string(),
  assigneeId: id.nullable(),
  isErased: z.boolean(),
  breaches: z.array(breach).min(1),
});
export type BreachRow = z.output<typeof breachRow>;

export const breachesPage = z.object({ rows: z.array(breachRow), nextCursor: cursor.nullable() });

export const ratingsQuery = z.strictObject({
  /** Local dates in the company's time zone, of the question; both are inside the period. */
  from: z.iso.date(),
  to: z.iso.date(),
  communityId: id.optional(),
  /** Who resolved the conversation. */
  personId: id.optional(),
  cursor: cursor.optional(),
});

export const ratingRow = z.object({
  /** Also the id of the line in the thread that resolved the conversation. */
  id,
  conversationId: id,
  communityId: id,
  /** Who resolved the conversation. */
  personId: id,
  clientName: z.string(),
  isErased: z.boolean(),
  mark: ratingMark,
  askedAt: time,
  markedAt: time,
  /** Null without a comment, or where its text was deleted. An empty text is a file without words. */
  comment: z.object({ messageId: id, text: z.string() }).nullable(),
});
export type RatingRow = z.output<typeof ratingRow>;

export const ratingsPage = z.object({ rows: z.array(ratingRow), nextCursor: cursor.nullable() });
