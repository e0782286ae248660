/** The HTTP contract of the search. */
import type { Endpoint } from './endpoint.ts';
import { searchAnswer, searchQuery } from './schemas/search.ts';

export const searchEndpoints = {
  search: {
    method: 'GET',
    path: '/api/search',
    summary:
      'Messages that hold all the words, the newest or the exact ones first, and clients so named. Words go by their stems; words in quotes stand side by side',
    role: 'agent',
    query: searchQuery,
    status: 200,
    answer: searchAnswer,
  },
} as const satisfies Record<string, Endpoint>;
