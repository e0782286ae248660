/** How many conversations wait for an answer in each filter. */
import { useQuery } from '@tanstack/react-query';
import type { ConversationCounts } from '../../shared/schemas/conversation.ts';
import { cacheKeys } from '../desk/cacheKeys.ts';
import { call } from '../desk/call.ts';

export function useCounts(): ConversationCounts | null {
  const { data } = useQuery({
    queryKey: cacheKeys.counts,
    queryFn: ({ signal }) => call('countConversations', {}, { signal }),
  });
  return data ?? null;
}

/** The server counts up to 100. */
export function countLabel(count: number): string {
  return count > 99 ? '99+' : String(count);
}
