/** The right pane: who the client is, and what else they have with us. */
import { useQuery } from '@tanstack/react-query';
import { Link as RouterLink } from '@tanstack/react-router';
import { Icon24Cancel } from '@vkontakte/icons';
import { IconButton, Link, Skeleton, Spacing } from '@vkontakte/vkui';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ClientView } from '../../shared/schemas/client.ts';
import type { ConversationRow } from '../../shared/schemas/conversation.ts';
import { useDeskData } from '../app/useDeskData.ts';
import { call } from '../connection/call.ts';
import { cacheKeys } from '../connection/deskCache.ts';
import { useThread } from '../conversation/useThread.ts';
import { Face } from '../ui/Face.tsx';
import { Failed } from '../ui/Failed.tsx';
import { listTime, shortDate } from '../ui/formatTime.ts';
import { safeLink } from '../ui/links.ts';
import { useLocale, useNow } from '../ui/useLocale.ts';
import styles from './ClientPane.module.css';
import { LabelEditor } from './LabelEditor.tsx';

export function ClientPane({ conversationId, onClose }: { conversationId: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { data: thread, error: threadError } = useThread(conversationId);
  const clientId = thread?.row.client.id;
  const { data, error, refetch } = useQuery({
    queryKey: cacheKeys.client(clientId ?? ''),
    queryFn: ({ signal }) => call('readClient', { params: { clientId: clientId ?? '' } }, { signal }),
    enabled: clientId !== undefined,
  });
  return (
    <aside className={styles.pane} aria-label={t('client.label')}>
      <IconButton className={styles.close} label={t('common.close')} onClick={onClose}>
        <Icon24Cancel />
      </IconButton>
      {thread && <Head row={thread.row} />}
      {thread && data && (
        <>
          <Facts client={data.client} row={thread.row} />
          <LabelEditor row={thread.row} />
          <Conversations rows={data.conversations.filter((row) => row.id !== conversationId)} />
        </>
      )}
      {!data && error && <Failed title={t('client.failed')} error={error} onRetry={() => void refetch()} />}
      {!data && !error && !threadError && <CardSkeleton hasHead={thread !== undefined} />}
    </aside>
  );
}

function Head({ row }: { row: ConversationRow }) {
  return (
    <header className={styles.head}>
      <Face id={row.client.id} name={row.client.name} avatarUrl={row.client.avatarUrl} sizePx={80} />
      <h2 className={styles.name}>
        <bdi>{row.client.name}</bdi>
      </h2>
    </header>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Facts({ client, row }: { client: ClientView; row: ConversationRow }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { communities } = useDeskData();
  const community = communities.find((other) => other.id === row.communityId);
  return (
    <dl className={styles.facts}>
      {client.bonds.map((bond) => {
        const href = safeLink(bond.profileUrl);
        const words = t('client.profile', { network: t(`network.${bond.network}`) });
        return (
          <Fact key={`${bond.network}-${bond.externalUserId}`} name={words}>
            {href ? (
              <Link href={href} target="_blank" rel="noopener noreferrer">
                {href.replace(/^https?:\/\//, '')}
              </Link>
            ) : (
              bond.externalUserId
            )}
          </Fact>
        );
      })}
      <Fact name={t('client.phone')}>
        {client.phone ?? <span className={styles.faint}>{t('client.phone.none')}</span>}
        {client.phone && client.phoneConfirmedAt && (
          <span className={styles.faint}>
            {' · '}
            {t('client.phone.confirmed', { date: shortDate(client.phoneConfirmedAt, locale) })}
          </span>
        )}
      </Fact>
      <Fact name={t('client.firstSeen')}>{shortDate(client.firstSeenAt, locale)}</Fact>
      {community && <Fact name={t('client.community')}>{community.name}</Fact>}
    </dl>
  );
}

function Conversations({ rows }: { rows: readonly ConversationRow[] }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const now = useNow();
  const { communities } = useDeskData();
  return (
    <section>
      <h3 className={styles.title}>{t('client.conversations')}</h3>
      {rows.length === 0 && <p className={styles.faint}>{t('client.conversations.none')}</p>}
      <ul className={styles.conversations}>
        {rows.map((row) => (
          <li key={row.id}>
            <RouterLink
              to="/conversations/$conversationId"
              params={{ conversationId: row.id }}
              search={true}
              className={styles.conversation}
            >
              <span>{communities.find((other) => other.id === row.communityId)?.name ?? '—'}</span>
              <span className={styles.faint}>
                {t(`status.${row.status}`)} · {listTime(row.lastActivityAt, now, locale)}
              </span>
            </RouterLink>
          </li>
        ))}
      </ul>
    </section>
  );
}

function CardSkeleton({ hasHead }: { hasHead: boolean }) {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t('common.loading')} className={styles.skeleton}>
      {!hasHead && <Skeleton width={80} height={80} borderRadius="50%" />}
      {!hasHead && <Skeleton width="70%" height={20} />}
      <Spacing size={8} />
      <Skeleton width="100%" height={16} />
      <Skeleton width="80%" height={16} />
      <Skeleton width="90%" height={16} />
    </div>
  );
}
