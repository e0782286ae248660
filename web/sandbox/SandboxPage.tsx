/** All the phones in a row, the page's bar above them and the faults beside them. */
import { Placeholder, Spinner } from '@vkontakte/vkui';
import { useState, useSyncExternalStore } from 'react';
import type { NoticeView } from '../../shared/sandbox.ts';
import { AddPhone } from './AddPhone.tsx';
import { FaultsPanel } from './FaultsPanel.tsx';
import { useLabels } from './labels.ts';
import { PageBar } from './PageBar.tsx';
import { Phone } from './Phone.tsx';
import styles from './page.module.css';
import type { SandboxStore } from './sandboxStore.ts';
import { useShownPhones } from './useShownPhones.ts';

const noNotices: readonly NoticeView[] = [];

interface SandboxPageProps {
  store: SandboxStore;
  colours: 'light' | 'dark';
  onLanguage: () => void;
  onColours: () => void;
}

export function SandboxPage({ store, colours, onLanguage, onColours }: SandboxPageProps) {
  const say = useLabels();
  const state = useSyncExternalStore(store.subscribe, store.get);
  const [openPanel, setOpenPanel] = useState<'faults' | 'add' | null>(null);
  const { shown, show, hide } = useShownPhones(state.users);
  const community = state.communities.find(({ groupId }) => groupId === state.groupId);
  const toggle = (panel: 'faults' | 'add') => setOpenPanel(openPanel === panel ? null : panel);

  return (
    <div className={styles.page}>
      <PageBar
        state={state}
        community={community}
        colours={colours}
        openPanel={openPanel}
        onPanel={toggle}
        onLanguage={onLanguage}
        onColours={onColours}
        onCommunity={store.chooseCommunity}
      />
      {state.link === 'lost' && (
        <p className={styles.warning} role="alert">
          {say('page.lost')}
        </p>
      )}
      {state.faults?.networkOff && (
        <p className={styles.warning} role="status">
          {say('page.networkOff')}
        </p>
      )}
      <div className={styles.body}>
        <main className={styles.phones}>
          {state.link === 'loading' && (
            <Placeholder icon={<Spinner size="l" />}>{say('page.loading')}</Placeholder>
          )}
          {state.link !== 'loading' && !community && <Placeholder>{say('page.noCommunity')}</Placeholder>}
          {community && shown.length === 0 && <Placeholder>{say('page.noPhones')}</Placeholder>}
          {community &&
            shown.map((user) => (
              <Phone
                key={`${community.groupId}:${user.userId}`}
                store={store}
                user={user}
                community={community}
                snapshot={state.snapshots[user.userId]}
                okGroup={user.okUserId === null ? null : state.okGroup}
                okChat={state.okChats[user.userId]}
                notices={state.notices[user.userId] ?? noNotices}
                others={shown.filter(({ userId }) => userId !== user.userId)}
                onHide={() => hide(user.userId)}
              />
            ))}
        </main>
        {openPanel === 'faults' && state.faults && community && (
          <FaultsPanel faults={state.faults} groupId={community.groupId} onClose={() => setOpenPanel(null)} />
        )}
        {openPanel === 'add' && (
          <AddPhone
            users={state.users}
            shownIds={shown.map(({ userId }) => userId)}
            onShow={show}
            onClose={() => setOpenPanel(null)}
          />
        )}
      </div>
    </div>
  );
}
