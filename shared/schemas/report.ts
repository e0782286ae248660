/** Reports on answers, and the list of missed targets, for supervisors. */
import { z } from 'zod';
import { limits } from '../limits.ts';
import { cursor, id, time } from './common.ts';

export const reportLimits = {
  /** A year, a leap year too. */
  days: 366,
  /** People, labels or templates of one table. */
  rows: 200,
  breachesPerPage: 50,
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
});
export type ReportFigures = z.output<typeof figures>;

const row = figures.extend({
  /** A person's id, a label, or a template's name. */
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
