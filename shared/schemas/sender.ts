/** Who sent a service message. */
import { z } from 'zod';
import { id } from './common.ts';

/** The name is null when the sender is no longer stored. */
export const messageSender = z.object({
  kind: z.enum(['key', 'person', 'mailing']),
  id,
  name: z.string().nullable(),
});
export type MessageSender = z.infer<typeof messageSender>;
