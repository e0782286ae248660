/** The part of the HTTP contract that is about service messages sent by hand. */
import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';
import { id } from './schemas/common.ts';
import { handAnswer, handMessage, messagesLeft } from './schemas/handMessage.ts';

const ofClient = z.object({ clientId: id });

export const handMessageEndpoints = {
  sendByHand: {
    method: 'POST',
    path: '/api/clients/:clientId/service-messages',
    summary: 'Sends a template to a client; the same token again changes nothing',
    role: 'agent',
    params: ofClient,
    body: handMessage,
    status: 202,
    answer: handAnswer,
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
