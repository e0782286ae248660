/** The part of the HTTP contract that is about clients. */
import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';
import { clientView } from './schemas/client.ts';
import { id } from './schemas/common.ts';
import { conversationRow } from './schemas/conversation.ts';

export const clientEndpoints = {
  readClient: {
    method: 'GET',
    path: '/api/clients/:clientId',
    summary: "A client's card with their latest conversations",
    role: 'agent',
    params: z.object({ clientId: id }),
    status: 200,
    answer: z.object({ client: clientView, conversations: z.array(conversationRow) }),
  },
} as const satisfies Record<string, Endpoint>;
