/** A client of the company: the person who is written to and who answers. */
import { z } from 'zod';
import { id, network, time } from './common.ts';
import { serviceEntryView } from './message.ts';

/**
 * How it became known whose a phone is: a text button's payload, the network's tag of the message, the quoted message,
 * the network's history, or a colleague's word.
 */
export const phoneEvidences = ['button', 'tag', 'quote', 'history', 'hand'] as const;
export const phoneEvidence = z.enum(phoneEvidences);
export type PhoneEvidence = z.infer<typeof phoneEvidence>;

const bondView = z.object({
  network,
  /** The network's own id of the user, as a decimal string. */
  externalUserId: z.string(),
  profileUrl: z.string(),
  bondedAt: time,
  /** True when it came from another client by a merge, which can be undone. */
  isMerged: z.boolean(),
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
  /** How the phone came to be this client's; null while none is known. */
  phoneBond: z.object({ how: phoneEvidence, at: time, personName: z.string().nullable() }).nullable(),
  phoneConfirmedAt: time.nullable(),
  firstSeenAt: time,
  locale: z.string().nullable(),
});
export type ClientView = z.infer<typeof clientView>;

export const clientServiceMessage = serviceEntryView.extend({
  id,
  direction: z.enum(['oneWay', 'twoWay']),
  network,
  text: z.string(),
  acceptedAt: time,
  /** Where it stands in a thread, if it does. */
  conversationId: id.nullable(),
});
export type ClientServiceMessage = z.infer<typeof clientServiceMessage>;

export const clientServiceMessagesQuery = z.strictObject({
  direction: z.enum(['oneWay', 'twoWay']).optional(),
  cursor: z.string().max(60).optional(),
  limit: z.coerce.number().int().min(1).max(50).default(20),
});
export const clientServiceMessagesPage = z.object({
  messages: z.array(clientServiceMessage),
  nextCursor: z.string().nullable(),
});

/** Another client as a colleague recognises them; only those whose conversations the colleague may see are named. */
export const foundClient = clientBrief.extend({
  bonds: z.array(bondView),
  phone: z.string().nullable(),
});
export type FoundClient = z.infer<typeof foundClient>;
export const foundClients = z.object({ clients: z.array(foundClient) });

export const phoneBonding = z.strictObject({
  /** With its country's code. */
  phone: z.string().trim().min(5).max(30),
  /** The client who has this phone now: the colleague has seen that they are the same person. */
  mergeWith: id.optional(),
});
export const phoneBondingAnswer = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('bonded'), client: clientView }),
  z.object({ outcome: z.literal('phoneInvalid') }),
  /** `other` is null where the colleague may not see them; then a supervisor has to decide. */
  z.object({ outcome: z.literal('hasOther'), other: foundClient.nullable() }),
]);

export const detachedBond = z.object({ client: clientView, detached: clientBrief });
