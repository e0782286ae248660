/** The HTTP contract of clients: their service messages, phones and user ids. */
import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';
import {
  clientServiceMessagesPage,
  clientServiceMessagesQuery,
  clientView,
  detachedBond,
  foundClients,
  phoneBonding,
  phoneBondingAnswer,
} from './schemas/client.ts';
import { id, network } from './schemas/common.ts';
import { conversationRow } from './schemas/conversation.ts';
import { messagesLeft } from './schemas/messagesLeft.ts';

const ofClient = z.object({ clientId: id });

export const clientEndpoints = {
  readClient: {
    method: 'GET',
    path: '/api/clients/:clientId',
    summary: "A client's card with their latest conversations",
    role: 'agent',
    params: ofClient,
    status: 200,
    answer: z.object({ client: clientView, conversations: z.array(conversationRow) }),
  },
  listClientServiceMessages: {
    method: 'GET',
    path: '/api/clients/:clientId/service-messages',
    summary: "Service messages to the client's phone, the newest first; one-way ones are «Уведомления»",
    role: 'agent',
    params: ofClient,
    query: clientServiceMessagesQuery,
    status: 200,
    answer: clientServiceMessagesPage,
  },
  findClients: {
    method: 'POST',
    path: '/api/clients/find',
    summary: 'Clients by a phone, a link to a profile or a user id, in the body so that no log keeps them',
    role: 'agent',
    body: z.strictObject({ text: z.string().trim().min(3).max(200) }),
    status: 200,
    answer: foundClients,
  },
  bondPhone: {
    method: 'PUT',
    path: '/api/clients/:clientId/phone',
    summary:
      'Bonds a phone to a client. If another client has it, returns that client; with `mergeWith` merges the two',
    role: 'agent',
    params: ofClient,
    body: phoneBonding,
    status: 200,
    answer: phoneBondingAnswer,
  },
  unbondPhone: {
    method: 'DELETE',
    path: '/api/clients/:clientId/phone',
    summary: 'Undoes the bond to the phone; its service messages leave the thread',
    role: 'agent',
    params: ofClient,
    status: 200,
    answer: z.object({ client: clientView }),
  },
  mergeClients: {
    method: 'POST',
    path: '/api/clients/:clientId/merge',
    summary: 'Merges two clients: the other becomes part of this one',
    role: 'agent',
    params: ofClient,
    body: z.strictObject({
      otherClientId: id,
      /** The client whose phone is kept, when both have one. */
      phone: z.enum(['own', 'other']).optional(),
    }),
    status: 200,
    answer: z.object({ client: clientView }),
  },
  detachBond: {
    method: 'POST',
    path: '/api/clients/:clientId/detach',
    summary: 'Undoes a merge: a user id and its conversations become a client of their own',
    role: 'agent',
    params: ofClient,
    body: z.strictObject({ network, externalUserId: z.string().min(1).max(100) }),
    status: 200,
    answer: detachedBond,
  },
  readMessagesLeft: {
    method: 'GET',
    path: '/api/clients/:clientId/service-messages/left',
    summary: 'How many service messages the client may have today, and when the next is possible',
    role: 'agent',
    params: ofClient,
    status: 200,
    answer: messagesLeft,
  },
} as const satisfies Record<string, Endpoint>;
