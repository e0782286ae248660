/** What the gateway answers and posts, as far as we read it; what is more in it is left alone. */
import { z } from 'zod';

export const sendAnswer = z.object({
  result: z.array(
    z.object({
      code: z.string(),
      messageId: z.coerce.string().optional(),
      error: z.string().optional(),
    }),
  ),
});

export const lookUpAnswer = z.object({
  messages: z.array(
    z.object({
      messageId: z.coerce.string(),
      clientMessageId: z.string().optional(),
    }),
  ),
});

const callback = z.object({
  messageId: z.coerce.string().max(200),
  status: z.string().max(100),
  statusCode: z.string().max(100).optional(),
  time: z.iso.datetime({ offset: true }).optional(),
  callbackData: z.object({ clientMessageId: z.string().max(200).optional() }).catch({}),
});
export type StatusCallback = z.output<typeof callback>;

/** One status, or several: partners do both. */
export const statusCallbacks = z.union([
  callback.transform((one) => [one]),
  z.array(callback).min(1).max(1000),
]);
