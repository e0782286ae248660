/** How many service messages a client may still have (N7). */
import { z } from 'zod';
import { id, network, time } from './common.ts';

/** What N7 leaves of the day, by community; empty for a client without a phone. */
export const messagesLeft = z.object({
  hasPhone: z.boolean(),
  /** A bank may send as many as it wants. */
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
