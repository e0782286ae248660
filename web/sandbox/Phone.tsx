/** One client's phone: its frame, its owner, and the open screen. */
import { Avatar } from '@vkontakte/vkui';
import type {
  CommunityView,
  DialogueSnapshot,
  NoticeView,
  OkDialogueSnapshot,
  OkGroupView,
  UserView,
} from '../../shared/sandbox.ts';
import { Chat } from './Chat.tsx';
import { ChatList } from './ChatList.tsx';
import { useLabels } from './labels.ts';
import { Notices } from './Notices.tsx';
import { OkChat } from './OkChat.tsx';
import { PhoneMenu } from './PhoneMenu.tsx';
import { confirmationOf, idsOf } from './personLabels.ts';
import styles from './phone.module.css';
import type { SandboxStore } from './sandboxStore.ts';
import { useFrozen } from './useFrozen.ts';
import { usePhone } from './usePhone.ts';

interface PhoneProps {
  store: SandboxStore;
  user: UserView;
  community: CommunityView;
  snapshot: DialogueSnapshot | undefined;
  okGroup: OkGroupView | null;
  okChat: OkDialogueSnapshot | undefined;
  notices: readonly NoticeView[];
  /** Other people, who can be given this phone's number. */
  others: readonly UserView[];
  onHide: () => void;
}

export function Phone(props: PhoneProps) {
  const { store, user, community, snapshot, okGroup, others, onHide } = props;
  const say = useLabels();
  const { groupId } = community;
  const phone = usePhone(store, { groupId, userId: user.userId, isOffline: user.isOffline }, snapshot);
  const okChat = useFrozen(props.okChat, user.isOffline);
  const notices = useFrozen(props.notices, user.isOffline);
  const name = `${user.firstName} ${user.lastName}`.trim();
  return (
    <section className={styles.holder} aria-label={say('phone.label', { name })} data-user-id={user.userId}>
      <header className={styles.owner}>
        <Avatar size={36} src={user.avatarUrl} alt="" />
        <div className={styles.ownerText}>
          <h2 className={styles.ownerName}>{name}</h2>
          <p className={styles.ownerIds}>
            {[user.phone || say('phone.noNumber'), ...idsOf(user, say)].join(' · ')}
          </p>
          <p className={styles.ownerIds}>{confirmationOf(user, say)}</p>
        </div>
        <PhoneMenu
          phone={phone}
          user={user}
          others={others}
          groupId={groupId}
          snapshot={snapshot}
          onHide={onHide}
        />
      </header>
      <div className={styles.frame}>
        <div className={styles.statusBar} aria-hidden="true">
          <span>{new Date().toLocaleTimeString('ru', { hour: '2-digit', minute: '2-digit' })}</span>
          <span className={styles.notch} />
          <span className={phone.isOffline ? styles.noSignal : styles.signal} />
        </div>
        {phone.isOffline && <p className={styles.offline}>{say('phone.offline')}</p>}
        {phone.state.screen === 'chat' && <Chat phone={phone} user={user} community={community} />}
        {phone.state.screen === 'notices' && <Notices phone={phone} userId={user.userId} notices={notices} />}
        {phone.state.screen === 'ok' && okGroup && okChat && (
          <OkChat phone={phone} user={user} group={okGroup} chat={okChat} />
        )}
        {phone.state.screen === 'list' && (
          <ChatList
            phone={phone}
            user={user}
            community={community}
            okGroup={okGroup}
            okChat={okChat}
            notices={notices}
          />
        )}
        {phone.state.failure && (
          <p className={styles.failure} role="alert">
            {say('phone.failed', { reason: phone.state.failure })}
          </p>
        )}
      </div>
    </section>
  );
}
