/** The HTTP contract of service messages that an agent sends by hand. */
import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';
import { id } from './schemas/common.ts';
import { handAnswer, handMessage } from './schemas/handMessage.ts';

export const handMessageEndpoints = {
  sendByHand: {
    method: 'POST',
    path: '/api/clients/:clientId/service-messages',
    summary: 'Sends a template to a client; a repeat with the same token sends nothing more',
    role: 'agent',
    params: z.object({ clientId: id }),
    body: handMessage,
    status: 202,
    answer: handAnswer,
  },
} as const satisfies Record<string, Endpoint>;
