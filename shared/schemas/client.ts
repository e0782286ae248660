/** A client of the company: the person who is written to and who answers. */
import { z } from 'zod';
import { id, network, time } from './common.ts';

export const bondView = z.object({
  network,
  /** The network's own id of the user, as a decimal string. */
  externalUserId: z.string(),
  profileUrl: z.string(),
});

/** As much of a client as a list row or a bubble needs. */
export const clientBrief = z.object({
  id,
  name: z.string(),
  avatarUrl: z.string().nullable(),
});
export type ClientBrief = z.infer<typeof clientBrief>;

export const clientView = clientBrief.extend({
  bonds: z.array(bondView),
  /** Masked for agents; null while no phone is known. */
  phone: z.string().nullable(),
  phoneConfirmedAt: time.nullable(),
  firstSeenAt: time,
  locale: z.string().nullable(),
});
export type ClientView = z.infer<typeof clientView>;
