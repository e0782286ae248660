/** Shapes that every schema uses: ids, times, pages and the error answer. */
import { z } from 'zod';
import { errorCodes } from '../errorCodes.ts';

/** An id of ours: a MongoDB ObjectId in hexadecimal. */
export const id = z.string().regex(/^[0-9a-f]{24}$/, 'an id of 24 hexadecimal digits');
/** A time in UTC, ISO 8601 with milliseconds. */
export const time = z.iso.datetime();
/** A time by the clocks of a zone, to the minute, such as 2026-12-31T18:00. */
export const localTime = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/, 'a local time such as 2026-12-31T18:00')
  // `Date` turns 31 February into March; a real time stays as it is.
  .refine((text) => {
    const at = new Date(`${text}Z`);
    return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
  }, 'There is no such time');
/** A name in the IANA time zone database; one that the runtime does not know is refused. */
export const timeZone = z
  .string()
  .max(64)
  .regex(/^[A-Za-z]/, 'a name such as Europe/Moscow')
  .refine(isKnownTimeZone, 'No such time zone');

function isKnownTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
/** An opaque position in a list, returned by the previous page. */
export const cursor = z.string().min(1).max(200);

export const network = z.enum(['vk', 'ok']);
export type Network = z.infer<typeof network>;

/** One validation problem: its stable code, its field and its numbers. */
export const problem = z.object({
  code: z.string(),
  field: z.string().optional(),
  variable: z.string().optional(),
  limit: z.number().optional(),
  actual: z.number().optional(),
});
export type Problem = z.infer<typeof problem>;

export const errorAnswer = z.object({
  error: z.object({
    code: z.enum(errorCodes),
    message: z.string(),
    /** Dotted path of the invalid field, if there is one. */
    field: z.string().optional(),
    /** Seconds after which the same request may succeed. */
    retryAfterS: z.number().int().optional(),
    /** All problems, when there may be several at once. */
    problems: z.array(problem).optional(),
  }),
});
export type ErrorAnswer = z.infer<typeof errorAnswer>;

/** A phone as a person types or pastes it, with spaces and marks that nobody sees. */
export const phoneText = z.string().trim().min(1).max(64);
