/** The HTTP contract of the history of conversations, for supervisors. */
import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';
import { cursor, id } from './schemas/common.ts';
import { clientTimelinePage, conversationEventsPage, timelineCursor } from './schemas/history.ts';

export const historyEndpoints = {
  listConversationEvents: {
    method: 'GET',
    path: '/api/conversations/:conversationId/events',
    summary:
      'Who opened, answered, changed and resolved a conversation, and how long the client waited; newest first',
    role: 'supervisor',
    params: z.object({ conversationId: id }),
    query: z.strictObject({ cursor: cursor.optional() }),
    status: 200,
    answer: conversationEventsPage,
  },
  readClientTimeline: {
    method: 'GET',
    path: '/api/clients/:clientId/timeline',
    summary:
      'All messages with a client, over all their conversations that the reader may see; the newest first',
    role: 'agent',
    params: z.object({ clientId: id }),
    query: z.strictObject({ cursor: timelineCursor.optional() }),
    status: 200,
    answer: clientTimelinePage,
  },
} as const satisfies Record<string, Endpoint>;
