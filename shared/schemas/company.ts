/** Settings of the company that an administrator changes: name, hours, bank flag, block list. */
import { z } from 'zod';
import { cursor, id, phoneText, time, timeZone } from './common.ts';

export const companyLimits = {
  nameChars: 200,
  reasonChars: 200,
  blockedPhonesPerPage: 50,
  changesShown: 50,
} as const;

export const MINUTES_OF_DAY = 24 * 60;

/**
 * When clients get messages, in their own time zone. A window that ends before it starts goes past midnight and
 * belongs to the day on which it starts.
 */
export const sendingHours = z
  .strictObject({
    /** Minutes from midnight; this minute is inside the hours. */
    fromMinute: z
      .int()
      .min(0)
      .max(MINUTES_OF_DAY - 1),
    /** The first minute after the hours; 1440 is the end of the day. */
    toMinute: z.int().min(1).max(MINUTES_OF_DAY),
    /** 1 is Monday, 7 is Sunday. */
    daysOfWeek: z
      .array(z.int().min(1).max(7))
      .min(1, 'at least one day')
      .max(7)
      .refine((days) => new Set(days).size === days.length, 'Each day can be listed only once'),
  })
  .refine(({ fromMinute, toMinute }) => fromMinute !== toMinute, {
    path: ['toMinute'],
    message: 'The end must differ from the start',
  });
export type SendingHours = z.output<typeof sendingHours>;

export const companyView = z.object({
  name: z.string(),
  /** N7, the daily quota: a bank has none. */
  isBank: z.boolean(),
  /** Who changed the flag last; null when nobody ever did. */
  bankChange: z.object({ at: time, personName: z.string() }).nullable(),
  timeZone: z.string(),
  /** Null when messages are sent at any time. */
  sendingHours: sendingHours.nullable(),
});
export type CompanyView = z.output<typeof companyView>;

export const companyPatch = z
  .strictObject({
    name: z.string().trim().min(1).max(companyLimits.nameChars),
    timeZone,
    sendingHours: sendingHours.nullable(),
  })
  .partial()
  .refine((patch) => Object.keys(patch).length > 0, 'Nothing to change');
export type CompanyPatch = z.output<typeof companyPatch>;

export const blockedPhoneView = z.object({
  id,
  /** Masked by the reader's role. */
  phone: z.string(),
  reason: z.string(),
  addedAt: time,
  addedBy: z.string(),
});
export type BlockedPhoneView = z.output<typeof blockedPhoneView>;

export const newBlockedPhone = z.strictObject({
  phone: phoneText,
  reason: z.string().trim().max(companyLimits.reasonChars).default(''),
});

export const blockedPhonesPage = z.object({
  phones: z.array(blockedPhoneView),
  nextCursor: cursor.nullable(),
});

/** An audit line about the company. */
export const companyChange = z.object({
  id: z.string(),
  at: time,
  personName: z.string(),
  action: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});
export type CompanyChange = z.output<typeof companyChange>;
