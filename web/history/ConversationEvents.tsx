/** For supervisors, beside the thread: who did what in the conversation and when, and how long the client waited. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { ConversationEvent } from '../../shared/schemas/history.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { fullTime, momentNear } from '../ui/formatTime.ts';
import { PagedLines } from '../ui/PagedLines.tsx';
import { useLocale, useNow } from '../ui/useLocale.ts';
import styles from './ConversationEvents.module.css';
import { EventText } from './EventText.tsx';
import { conversationEvents } from './historyData.ts';

export interface ConversationEventsProps {
  conversationId: string;
  /** Grows with each change of the conversation. */
  revision: number;
}

export function ConversationEvents({ conversationId, revision }: ConversationEventsProps) {
  const { t } = useTranslation();
  const query = useInfiniteQuery(conversationEvents(conversationId));
  const { data, refetch } = query;
  const isFirstPage = data?.pages.length === 1;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a change of the conversation reads the list again
  useEffect(() => {
    // Someone who reads further back is not moved.
    if (isFirstPage) void refetch();
  }, [revision]);
  const events = data?.pages.flatMap((page) => page.events) ?? [];
  return (
    <section aria-label={t('history.events')} className={styles.events}>
      <PagedLines
        query={query}
        classes={{ list: styles.list, faint: styles.faint }}
        labels={{ failed: t('history.failed'), empty: t('history.empty'), more: t('history.more') }}
      >
        {events.map((event) => (
          <EventLine key={event.key} event={event} conversationId={conversationId} />
        ))}
      </PagedLines>
    </section>
  );
}

function EventLine({ event, conversationId }: { event: ConversationEvent; conversationId: string }) {
  const locale = useLocale();
  const now = useNow();
  return (
    <li className={styles.event} data-kind={event.kind}>
      <time className={styles.faint} dateTime={event.at} title={fullTime(event.at, locale)}>
        {momentNear(event.at, now, locale)}
      </time>
      <span className={styles.text}>
        <EventText event={event} conversationId={conversationId} />
      </span>
    </li>
  );
}
