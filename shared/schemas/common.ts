/** Shapes that every schema needs: ids, times, pages and the error answer. */
import { z } from 'zod';
import { errorCodes } from '../errorCodes.ts';

/** An id of ours: a MongoDB ObjectId in hexadecimal. */
export const id = z.string().regex(/^[0-9a-f]{24}$/, 'an id of 24 hexadecimal digits');
/** A moment in UTC, ISO 8601 with milliseconds. */
export const time = z.iso.datetime();
/** An opaque place in a list, given by the page before. */
export const cursor = z.string().min(1).max(200);

export const network = z.enum(['vk', 'ok']);
export type Network = z.infer<typeof network>;

/** One thing that is wrong with what was given: its stable code, its field and its numbers. */
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
    /** Path of the field that is wrong, dotted, when one is. */
    field: z.string().optional(),
    /** Seconds after which the same request may work. */
    retryAfterS: z.number().int().optional(),
    /** Everything that is wrong, when it may be several things at once. */
    problems: z.array(problem).optional(),
  }),
});
export type ErrorAnswer = z.infer<typeof errorAnswer>;
