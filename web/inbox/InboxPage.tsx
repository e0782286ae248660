/** The three panes: list, thread, client. A narrow screen shows one at a time. */
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import type { ListScope } from '../../shared/conversationLists.ts';
import { ClientSide, clientPane } from '../client/ClientSide.tsx';
import { ConversationSide, conversationPane } from '../conversation/ConversationSide.tsx';
import { NoConversation } from '../conversation/NoConversation.tsx';
import { useDeskData } from '../desk/useDeskData.ts';
import { useHotkeys } from '../desk/useHotkeys.ts';
import { usePreloaded } from '../ui/lazyDialog.tsx';
import styles from './InboxPage.module.css';
import { InboxPane } from './InboxPane.tsx';
import { canBeQueue } from './ListFilters.tsx';
import { focusRow, moveInList } from './listFocus.ts';

export function InboxPage() {
  const search = useSearch({ from: '/desk/inbox' });
  const { conversationId } = useParams({ strict: false });
  const navigate = useNavigate();
  const [isClientShown, setIsClientShown] = useState(false);
  usePreloaded(conversationPane, clientPane);
  const { me } = useDeskData();
  const isWaiting = search.waiting ?? search.unread ?? false;
  // Agents begin with what waits for them; others look at everything.
  const filter = search.filter ?? (isWaiting || me.role === 'agent' ? 'waiting' : 'all');
  const scope = useMemo<ListScope>(
    () => ({
      filter,
      communityId: search.community ?? null,
      waitingOnly: canBeQueue(filter) && isWaiting,
      ...(search.assignee ? { assigneeId: search.assignee } : {}),
    }),
    [filter, isWaiting, search.community, search.assignee],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: another conversation closes the client's sheet
  useEffect(() => setIsClientShown(false), [conversationId]);

  useHotkeys({
    j: () => moveInList(1),
    arrowdown: () => moveInList(1),
    k: () => moveInList(-1),
    arrowup: () => moveInList(-1),
    escape: () => {
      if (isClientShown) setIsClientShown(false);
      else if (conversationId && window.matchMedia('(max-width: 719px)').matches) {
        void navigate({ to: '/', search: true });
      } else focusRow(conversationId ?? null);
    },
  });

  return (
    <div className={styles.panes} data-shows={conversationId ? 'thread' : 'list'} data-client={isClientShown}>
      <InboxPane scope={scope} shownId={conversationId ?? null} />
      {conversationId ? (
        <ConversationSide
          key={conversationId}
          conversationId={conversationId}
          isClientShown={isClientShown}
          onToggleClient={() => setIsClientShown(!isClientShown)}
        />
      ) : (
        <NoConversation />
      )}
      {conversationId && (
        <ClientSide
          key={`client-${conversationId}`}
          conversationId={conversationId}
          onClose={() => setIsClientShown(false)}
        />
      )}
    </div>
  );
}
