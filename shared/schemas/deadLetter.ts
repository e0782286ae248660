/** Events of networks that could not be stored, as administrators see them. */
import { z } from 'zod';
import { cursor, id, network, time } from './common.ts';

export const deadLetterLimits = {
  /** Then the oldest of this client goes. */
  perClient: 50,
  /** Then the intake of the community waits for an administrator. */
  perCommunity: 500,
  rawChars: 256 * 1024,
  keptDays: 30,
  page: 30,
} as const;

/** `store`: the database refused it. `program`: an error of the desk. `network`: the network does not complete it. */
export const deadLetterCauses = ['store', 'program', 'network', 'unreadable'] as const;
const deadLetterCause = z.enum(deadLetterCauses);
export type DeadLetterCause = z.infer<typeof deadLetterCause>;

/** A keyed digest in base64url. */
export const deadLetterId = z.string().regex(/^[\w-]{43}$/, 'the id of an event');

export const deadLetterView = z.object({
  id: deadLetterId,
  communityId: id,
  network,
  /** The network's own name of the event. */
  eventType: z.string(),
  cause: deadLetterCause,
  /** The name of the error, and its code. Never the error's text, which may hold a client's. */
  errorName: z.string(),
  errorCode: z.number().int().nullable(),
  failures: z.number().int().positive(),
  at: time,
  lastAt: time,
  /** False when the event was too large to be kept whole. */
  canRetry: z.boolean(),
});
export type DeadLetterView = z.infer<typeof deadLetterView>;

export const deadLetterPage = z.object({ letters: z.array(deadLetterView), nextCursor: cursor.nullable() });
export type DeadLetterPage = z.infer<typeof deadLetterPage>;
