/** How many more service messages a client may be sent today (N7, the daily quota). */
import { z } from 'zod';
import { id, network, time } from './common.ts';

/** The quota left today per community (N7); empty for a client without a phone. */
export const messagesLeft = z.object({
  hasPhone: z.boolean(),
  /** True for a bank, which has no quota. */
  isLimited: z.boolean(),
  left: z.array(
    z.object({
      communityId: id,
      network,
      left: z.number().int().nonnegative(),
      retryAt: time.nullable(),
    }),
  ),
});
export type MessagesLeft = z.infer<typeof messagesLeft>;
