/** The service messages to a client's phone, the newest first. They cannot be answered here (N2, one-way). */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Skeleton } from '@vkontakte/vkui';
import type { ClientView } from '../../shared/schemas/client.ts';
import { cacheKeys } from '../desk/cacheKeys.ts';
import { call } from '../desk/call.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { Failed } from '../ui/Failed.tsx';
import { Problem } from '../ui/Problem.tsx';
import { useErrorMessages } from '../ui/useErrorMessages.ts';
import { ClientMessage } from './ClientMessage.tsx';
import styles from './ClientMessages.module.css';

/** No event reports a status outside a thread, so an open dialog requests the first pages again. */
const REFRESH_MS = 15_000;
const REFRESHED_PAGES_MAX = 3;

export interface ClientMessagesDialogProps {
  client: ClientView;
  which: 'oneWay' | 'all';
  onClose: () => void;
}

export function ClientMessagesDialog({ client, which, onClose }: ClientMessagesDialogProps) {
  const { t } = useTranslation();
  const messageOf = useErrorMessages();
  const query = useInfiniteQuery({
    queryKey: [...cacheKeys.clientMessages(client.id), which],
    queryFn: ({ pageParam, signal }) =>
      call(
        'listClientServiceMessages',
        {
          params: { clientId: client.id },
          query: {
            ...(which === 'oneWay' ? { direction: which } : {}),
            ...(pageParam === null ? {} : { cursor: pageParam }),
          },
        },
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    staleTime: 0,
    refetchInterval: ({ state }) =>
      (state.data?.pages.length ?? 0) <= REFRESHED_PAGES_MAX ? REFRESH_MS : false,
  });
  const { data, error } = query;
  const messages = data?.pages.flatMap((page) => page.messages) ?? [];
  return (
    <Dialog title={t(`client.messages.${which}`)} onClose={onClose}>
      <p className={styles.about}>
        <bdi>{client.name}</bdi>
        {which === 'oneWay' && ` · ${t('client.messages.oneWay.about')}`}
      </p>
      {!data && !error && <MessagesSkeleton />}
      {!data && error && (
        <Failed title={t('client.messages.failed')} error={error} onRetry={() => void query.refetch()} />
      )}
      {data && messages.length === 0 && (
        <p className={styles.empty}>
          {t(client.phone === null ? 'client.messages.noPhone' : 'client.messages.none')}
        </p>
      )}
      <ul className={styles.messages}>
        {messages.map((message) => (
          <ClientMessage key={message.id} message={message} isDirectionShown={which === 'all'} />
        ))}
      </ul>
      {data && error && <Problem message={t('client.messages.stale', { reason: messageOf(error) })} />}
      {query.hasNextPage && (
        <Button
          mode="secondary"
          size="l"
          stretched
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t('list.more')}
        </Button>
      )}
    </Dialog>
  );
}

function MessagesSkeleton() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t('common.loading')} className={styles.skeleton}>
      <Skeleton width="100%" height={96} borderRadius={12} />
      <Skeleton width="100%" height={96} borderRadius={12} />
    </div>
  );
}
