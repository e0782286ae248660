/** When the company's people work, and how soon they answer: the calendar and the targets. */
import { z } from 'zod';
import { id } from './common.ts';

const MINUTES_OF_DAY = 24 * 60;

export const workingTimeLimits = {
  holidays: 400,
  /** Thirty days. */
  targetMinutes: 30 * MINUTES_OF_DAY,
  communities: 500,
} as const;

const dayHours = z
  .strictObject({
    /** Minutes from midnight; this minute is inside the hours. */
    fromMinute: z
      .int()
      .min(0)
      .max(MINUTES_OF_DAY - 1),
    /** The first minute after the hours; 1440 is the end of the day. Hours that end earlier go past midnight. */
    toMinute: z.int().min(1).max(MINUTES_OF_DAY),
  })
  .refine(({ fromMinute, toMinute }) => fromMinute !== toMinute, {
    path: ['toMinute'],
    message: 'The end must differ from the start',
  });

/** Monday first, null for a day off. */
const workingDays = z
  .array(dayHours.nullable())
  .length(7)
  .refine((days) => days.some((hours) => hours !== null), 'at least one working day');
export type WorkingDays = z.output<typeof workingDays>;

const holidays = z
  .array(z.iso.date())
  .max(workingTimeLimits.holidays)
  .refine((dates) => new Set(dates).size === dates.length, 'Each date can be listed only once');

const targetMinutes = z.int().min(1).max(workingTimeLimits.targetMinutes).nullable();

/** Minutes of working time; null where there is no target. */
export const targets = z.strictObject({
  /** From the client's first reply of a case. */
  firstAnswer: targetMinutes,
  /** From any later reply that waits. */
  nextAnswer: targetMinutes,
  /** How long the client waits altogether until the conversation is resolved. */
  resolution: targetMinutes,
});
export type Targets = z.output<typeof targets>;

export const workingTimeView = z.object({
  timeZone: z.string(),
  /** Null: people work at all hours of all days. */
  days: workingDays.nullable(),
  /** Local dates without working hours. */
  holidays: z.array(z.string()),
  /** For communities without targets of their own. */
  targets,
  /** By community; only those that the reader may see. */
  communityTargets: z.record(id, targets),
});
export type WorkingTimeView = z.output<typeof workingTimeView>;

export const workingTimePatch = z
  .strictObject({
    days: workingDays.nullable(),
    holidays,
    targets,
    /** Only these communities change; null gives a community the company's targets again. */
    communityTargets: z
      .record(id, targets.nullable())
      .refine((given) => Object.keys(given).length <= workingTimeLimits.communities, 'Too many communities'),
  })
  .partial()
  .refine((patch) => Object.keys(patch).length > 0, 'Nothing to change');
export type WorkingTimePatch = z.output<typeof workingTimePatch>;
