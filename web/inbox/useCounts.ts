/** How much waits in each filter; the tab's title says it too. */
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConversationCounts } from '../../shared/schemas/conversation.ts';
import { call } from '../connection/call.ts';
import { cacheKeys } from '../connection/deskCache.ts';

export function useCounts(): ConversationCounts | null {
  const { data } = useQuery({
    queryKey: cacheKeys.counts,
    queryFn: ({ signal }) => call('countConversations', {}, { signal }),
  });
  return data ?? null;
}

/** The desk counts up to 100. */
export function countWords(count: number): string {
  return count > 99 ? '99+' : String(count);
}

export function useTitle(): void {
  const { t } = useTranslation();
  const waiting = useCounts()?.all ?? 0;
  useEffect(() => {
    document.title = `${waiting > 0 ? `(${countWords(waiting)}) ` : ''}${t('nav.inbox')} · ${t('app.name')}`;
  }, [t, waiting]);
}
