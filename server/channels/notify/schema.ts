/** What the gateway answers and posts, as far as we read it; what is more in it is left alone. */
import { z } from 'zod';

/** An id, which partners write as a text or as a number. */
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

export const lookUpAnswer = z.object({
  messages: z.array(
    z.object({
      messageId: textOrNumber,
      clientMessageId: z.string().optional(),
    }),
  ),
});

/** What is not as we know it is read as far as it goes: a code may be a number, a time may be missing or odd. */
const callback = z.object({
  messageId: textOrNumber,
  status: z.string().max(100),
  statusCode: textOrNumber.nullish().catch(null),
  time: z.iso.datetime({ offset: true }).nullish().catch(null),
  callbackData: z.object({ clientMessageId: z.string().max(200).optional() }).catch({}),
});
export type StatusCallback = z.output<typeof callback>;

const STATUSES_PER_POST = 1000;

export interface ReadCallbacks {
  callbacks: StatusCallback[];
  /** How many cannot be read, and never will be, however often they come. */
  unreadable: number;
}

/** One status, or several: partners do both. Null when nothing of it is a status. */
export function readStatusCallbacks(body: unknown): ReadCallbacks | null {
  const told: unknown[] = Array.isArray(body) ? body : [body];
  if (told.length > STATUSES_PER_POST) return null;
  const callbacks = told.flatMap((each) => callback.safeParse(each).data ?? []);
  return callbacks.length === 0 ? null : { callbacks, unreadable: told.length - callbacks.length };
}
