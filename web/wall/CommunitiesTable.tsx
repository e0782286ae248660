/** Whether each community is connected, how far its events are behind, and what waits to be sent. */
import { Link } from '@tanstack/react-router';
import { type WallCommunity, wallLimits } from '../../shared/schemas/wall.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { NetworkBadge } from '../ui/NetworkBadge.tsx';
import { useLocale } from '../ui/useLocale.ts';
import type { WallTableProps } from './PeopleTable.tsx';
import styles from './Wall.module.css';
import { WallTable } from './WallTable.tsx';
import { countText, spanMs, spanText } from './wallText.ts';

export function CommunitiesTable({ view, elapsedMs }: WallTableProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { communities } = useDeskData();
  const queue = (count: number) => countText(count, wallLimits.queue, locale);
  const row = ({
    communityId,
    waiting,
    behindSince,
    queuedAnswers,
    queuedServiceMessages,
  }: WallCommunity) => {
    // One that was just added: its name comes with the next change.
    const community = communities.find(({ id }) => id === communityId);
    const state = community?.connection.state ?? 'connecting';
    const isStalled = state === 'live' && behindSince !== null;
    return {
      key: communityId,
      head: (
        <span className={styles.person}>
          {community && (
            <span className={styles.network}>
              <NetworkBadge network={community.network} />
            </span>
          )}
          <bdi className={styles.name}>{community?.name ?? t('common.loading')}</bdi>
        </span>
      ),
      isFaint: state === 'disabled',
      cells: {
        connection: (
          <span className={styles.connection} data-state={isStalled ? 'stalled' : state}>
            {t(isStalled ? 'wall.connection.stalled' : `wall.connection.${state}`)}
          </span>
        ),
        behind: behindSince ? spanText(spanMs(view, behindSince, elapsedMs), locale) : '–',
        waiting:
          waiting === 0 ? (
            '0'
          ) : (
            <Link to="/" search={{ community: communityId, filter: 'waiting' }}>
              {countText(waiting, wallLimits.waiting, locale)}
            </Link>
          ),
        queuedAnswers: queue(queuedAnswers),
        queuedServiceMessages: queue(queuedServiceMessages),
      },
    };
  };
  return (
    <WallTable
      title={t('wall.communities')}
      headTitle={t('wall.community')}
      columns={{
        connection: t('wall.column.connection'),
        behind: t('wall.column.behind'),
        waiting: t('wall.column.waiting'),
        queuedAnswers: t('wall.column.queuedAnswers'),
        queuedServiceMessages: t('wall.column.queuedServiceMessages'),
      }}
      rows={view.communities.map(row)}
    />
  );
}
