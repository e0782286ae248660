/** The gateway's answers and callbacks, as far as the desk reads them; other fields are ignored. */
import { z } from 'zod';

/** An id, which partners send as a string or as a number. */
const textOrNumber = z.union([z.string().min(1).max(200), z.number().transform(String)]);

export const sendAnswer = z.object({
  result: z.array(
    z.object({
      code: z.string(),
      messageId: textOrNumber.optional(),
      error: z.string().optional(),
    }),
  ),
});

/** Lenient on purpose: a code may be a number, a time may be missing or malformed. */
const statusCode = textOrNumber.nullish().catch(null);
const time = z.iso.datetime({ offset: true }).nullish().catch(null);

export const lookUpAnswer = z.object({
  messages: z.array(
    z.object({
      messageId: textOrNumber,
      clientMessageId: z.string().optional(),
      status: z.string().max(100).optional().catch(undefined),
      statusCode,
      /** When each status began. */
      history: z.array(z.object({ status: z.string(), time })).catch([]),
    }),
  ),
});
export type LookedUp = z.output<typeof lookUpAnswer>['messages'][number];

const callback = z.object({
  messageId: textOrNumber,
  status: z.string().max(100),
  statusCode,
  time,
  callbackData: z.object({ clientMessageId: z.string().max(200).optional() }).catch({}),
});
export type StatusCallback = z.output<typeof callback>;

const STATUSES_PER_POST = 1000;

export interface ReadCallbacks {
  callbacks: StatusCallback[];
  /** How many statuses are malformed; a repeat would not help. */
  unreadable: number;
}

/** Reads one status or a list, since partners send both. Null when there are too many, or none can be read. */
export function readStatusCallbacks(body: unknown): ReadCallbacks | null {
  const given: unknown[] = Array.isArray(body) ? body : [body];
  if (given.length > STATUSES_PER_POST) return null;
  const callbacks = given.flatMap((each) => callback.safeParse(each).data ?? []);
  return callbacks.length === 0 ? null : { callbacks, unreadable: given.length - callbacks.length };
}
