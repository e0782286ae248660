/** A service message that an agent sends to one client by hand. */
import { z } from 'zod';
import { sendRequest, v1ErrorDetail } from '../v1/messages.ts';
import { id } from './common.ts';
import { templateName } from './template.ts';

export const handMessage = z.strictObject({
  template: templateName,
  variables: sendRequest.shape.variables,
  ttlSeconds: sendRequest.shape.ttlSeconds,
  /** Made once by the tab: a repeated request with it sends one message only. */
  clientToken: z.string().regex(/^[\x21-\x7e]{8,64}$/),
});
export type HandMessage = z.infer<typeof handMessage>;

export const handAnswer = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('accepted'), messageId: id }),
  z.object({ outcome: z.literal('refused'), error: v1ErrorDetail }),
  z.object({ outcome: z.literal('noPhone') }),
]);
