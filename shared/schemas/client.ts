/** A client of the company: the person who writes to it and gets its messages. */
import { z } from 'zod';
import { id, network, phoneText, time } from './common.ts';
import { serviceEntryView } from './message.ts';

/**
 * The proof that bonds a phone to a client: a text button's payload, the network's tag of the message, the quoted
 * message, the network's history, or an agent's statement.
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
  /** True when a merge moved it here from another client; this can be undone. */
  isMerged: z.boolean(),
});

/** The part of a client that a list row or a bubble needs. */
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
  /** The proof that bonds the phone to this client; null while no phone is known. */
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
  /** The message's place in a thread, if it is in one. */
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

/** Another client, for the reader to recognise. Only conversations that the reader may see are named. */
export const foundClient = clientBrief.extend({
  bonds: z.array(bondView),
  phone: z.string().nullable(),
});
export type FoundClient = z.infer<typeof foundClient>;
export const foundClients = z.object({ clients: z.array(foundClient) });

export const phoneBonding = z.strictObject({
  /** With the country code. */
  phone: phoneText,
  /** The client who has this phone now: the agent confirms that both are the same person. */
  mergeWith: id.optional(),
});
export const phoneBondingAnswer = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('bonded'), client: clientView }),
  z.object({ outcome: z.literal('phoneInvalid') }),
  /** `other` is null when the agent may not see that client; then a supervisor must decide. */
  z.object({ outcome: z.literal('hasOther'), other: foundClient.nullable() }),
]);

export const detachedBond = z.object({ client: clientView, detached: clientBrief });
