/** The list's pane: filters above, conversations below, and a message when there are none. */
import { useQuery } from '@tanstack/react-query';
import { Icon28MessagesOutline } from '@vkontakte/icons';
import { Link, Placeholder } from '@vkontakte/vkui';
import type { ListScope } from '../../shared/conversationLists.ts';
import { cacheKeys } from '../desk/cacheKeys.ts';
import { useDesk } from '../desk/DeskContext.tsx';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Failed } from '../ui/Failed.tsx';
import { ConversationList } from './ConversationList.tsx';
import styles from './InboxPane.module.css';
import { ListFilters } from './ListFilters.tsx';
import { ListSkeleton } from './ListSkeleton.tsx';
import { LazySelectionBar } from './lazySelectionBar.ts';
import { readList } from './readList.ts';
import { useSelection } from './useSelection.ts';

export function InboxPane({ scope, shownId }: { scope: ListScope; shownId: string | null }) {
  const { t } = useTranslation();
  const desk = useDesk();
  const { me } = useDeskData();
  const selection = useSelection();
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: cacheKeys.list(scope),
    queryFn: ({ signal }) => readList(desk, scope, signal),
  });
  return (
    <section className={styles.pane} aria-label={t('list.label')}>
      <ListFilters scope={scope} onSelect={me.role === 'agent' ? null : selection.begin} />
      {selection.selected && <LazySelectionBar selection={selection} />}
      <div className={styles.list} aria-busy={isFetching}>
        {data && data.rows.length > 0 && (
          <ConversationList
            key={JSON.stringify(scope)}
            window={data}
            shownId={shownId}
            selection={selection}
          />
        )}
        {data && data.rows.length === 0 && <EmptyList scope={scope} />}
        {!data && error && <Failed title={t('list.failed')} error={error} onRetry={() => void refetch()} />}
        {!data && !error && <ListSkeleton />}
      </div>
    </section>
  );
}

function EmptyList({ scope }: { scope: ListScope }) {
  const { t } = useTranslation();
  const { sandboxUrl, communities, me } = useDeskData();
  if (communities.length === 0) {
    const isAdministrator = me.role === 'administrator';
    return (
      <Placeholder title={t('list.noCommunity.title')}>
        {t(isAdministrator ? 'list.noCommunity.connect' : 'list.noCommunity.ask')}
      </Placeholder>
    );
  }
  return (
    <Placeholder
      icon={<Icon28MessagesOutline width={48} height={48} aria-hidden />}
      title={t('list.empty.title')}
      action={
        sandboxUrl && (scope.filter === 'all' || scope.filter === 'waiting') && !scope.waitingOnly ? (
          <Link href={sandboxUrl} target="_blank" rel="noopener">
            {t('list.empty.sandbox')}
          </Link>
        ) : undefined
      }
    >
      {t(scope.waitingOnly ? 'list.empty.waiting' : `list.empty.${scope.filter}`)}
    </Placeholder>
  );
}
