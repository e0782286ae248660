/** The HTTP contract of events that could not be stored. */
import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';
import { cursor } from './schemas/common.ts';
import { deadLetterId, deadLetterPage, deadLetterView } from './schemas/deadLetter.ts';

const ofLetter = z.object({ letterId: deadLetterId });

export const deadLetterEndpoints = {
  listDeadLetters: {
    method: 'GET',
    path: '/api/dead-letters',
    summary: 'Events of networks that could not be stored, the newest first',
    role: 'administrator',
    query: z.strictObject({ cursor: cursor.optional() }),
    status: 200,
    answer: deadLetterPage,
  },
  readDeadLetter: {
    method: 'GET',
    path: '/api/dead-letters/:letterId',
    summary: 'The raw text of one event; the access register records the reader',
    role: 'administrator',
    params: ofLetter,
    status: 200,
    answer: z.object({ raw: z.string() }),
  },
  retryDeadLetter: {
    method: 'POST',
    path: '/api/dead-letters/:letterId/retries',
    summary: 'Tries to store the event again; a stored event leaves the list',
    role: 'administrator',
    params: ofLetter,
    status: 200,
    /** Null when the event is stored now. */
    answer: z.object({ letter: deadLetterView.nullable() }),
  },
  dropDeadLetter: {
    method: 'DELETE',
    path: '/api/dead-letters/:letterId',
    summary: 'Deletes the event for good',
    role: 'administrator',
    params: ofLetter,
    status: 200,
    answer: z.object({ ok: z.literal(true) }),
  },
} as const satisfies Record<string, Endpoint>;
