/** A conversation's thread from the tab's cache; read once, then updated by events. */
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { cacheKeys } from './cacheKeys.ts';
import { useDesk } from './DeskContext.tsx';
import { readThread } from './readThread.ts';
import type { ThreadState } from './threadState.ts';

export function useThread(conversationId: string): UseQueryResult<ThreadState> {
  const desk = useDesk();
  return useQuery({
    queryKey: cacheKeys.thread(conversationId),
    queryFn: ({ signal }) => readThread(desk, conversationId, signal),
  });
}
