/** A client's whole life: every message with them in all conversations that the reader may see, the newest first. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { TimelineItem } from '../../shared/schemas/history.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Face } from '../ui/Face.tsx';
import { dayLabel, daysAgo } from '../ui/formatTime.ts';
import { Page } from '../ui/Page.tsx';
import { PagedLines } from '../ui/PagedLines.tsx';
import { useLocale, useNow } from '../ui/useLocale.ts';
import styles from './ClientTimelinePage.module.css';
import { clientTimeline } from './historyData.ts';
import { TimelineMessage, TimelineService } from './TimelineItems.tsx';

export function ClientTimelinePage() {
  const { t } = useTranslation();
  const { clientId } = useParams({ from: '/desk/clients/$clientId' });
  const query = useInfiniteQuery(clientTimeline(clientId));
  const pages = query.data?.pages ?? [];
  const client = pages[0]?.client;
  const communityOf = new Map(
    pages.flatMap(({ conversations }) => conversations.map(({ id, communityId }) => [id, communityId])),
  );
  const items = pages.flatMap((page) => page.items);
  return (
    <Page
      title={t('history.client.title')}
      isAllowed
      actions={
        client &&
        !client.isErased && (
          <Link to="/search" search={{ client: clientId }} className={styles.link}>
            {t('client.search')}
          </Link>
        )
      }
    >
      {client && (
        <p className={styles.client}>
          <Face id={client.id} name={client.name} avatarUrl={client.avatarUrl} sizePx={40} />
          <bdi className={styles.name}>{client.isErased ? t('client.erased') : client.name}</bdi>
        </p>
      )}
      <PagedLines
        query={query}
        classes={{ list: styles.list, faint: styles.faint }}
        labels={{
          failed: t('history.client.failed'),
          empty: t('history.client.empty'),
          more: t('history.client.more'),
        }}
      >
        {items.map((item, at) => (
          <li key={item.message.id}>
            <DayMark item={item} before={items[at - 1]} />
            {item.kind === 'message' ? (
              <TimelineMessage
                message={item.message}
                communityId={communityOf.get(item.message.conversationId) ?? null}
                clientName={client?.name ?? ''}
              />
            ) : (
              <TimelineService message={item.message} communityId={item.communityId} />
            )}
          </li>
        ))}
      </PagedLines>
    </Page>
  );
}

function DayMark({ item, before }: { item: TimelineItem; before: TimelineItem | undefined }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const now = useNow();
  if (before && daysAgo(new Date(item.at), new Date(before.at)) === 0) return null;
  const days = daysAgo(new Date(item.at), now);
  const label = days === 0 ? 'thread.today' : days === 1 ? 'thread.yesterday' : null;
  return <h2 className={styles.day}>{label ? t(label) : dayLabel(item.at, now, locale)}</h2>;
}
