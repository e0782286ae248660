/** Queries of events that could not be stored. They change without an event, so the screen reads them again. */
import type { QueryClient } from '@tanstack/react-query';
import { deadLetterEndpoints } from '../../../shared/deadLettersApi.ts';
import { callsOf } from '../../desk/call.ts';
import { pagedQuery } from '../../ui/pagedQuery.ts';

/** Calls the endpoints of dead letters. */
export const call = callsOf(deadLetterEndpoints);

const key = ['settings', 'deadLetters'] as const;
const REFRESH_MS = 15_000;

export const deadLettersQuery = {
  ...pagedQuery(key, (from, options) => call('listDeadLetters', { query: from }, options)),
  refetchInterval: REFRESH_MS,
};

export function refreshDeadLetters(queries: QueryClient): Promise<void> {
  return queries.invalidateQueries({ queryKey: key });
}
