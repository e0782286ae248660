/** One client's phone: its frame, who holds it, and the screen that is open. */
import { Avatar } from '@vkontakte/vkui';
import type { CommunityView, DialogueSnapshot, UserView } from '../../shared/sandbox.ts';
import { Chat } from './Chat.tsx';
import { ChatList } from './ChatList.tsx';
import { PhoneMenu } from './PhoneMenu.tsx';
import styles from './phone.module.css';
import type { SandboxStore } from './sandboxStore.ts';
import { usePhone } from './usePhone.ts';
import { useWords } from './words.ts';

interface PhoneProps {
  store: SandboxStore;
  user: UserView;
  community: CommunityView;
  snapshot: DialogueSnapshot | undefined;
  onHide: () => void;
}

export function Phone({ store, user, community, snapshot, onHide }: PhoneProps) {
  const say = useWords();
  const { groupId } = community;
  const phone = usePhone(store, { groupId, userId: user.userId }, snapshot);
  const name = `${user.firstName} ${user.lastName}`.trim();
  return (
    <section className={styles.holder} aria-label={say('phone.label', { name })} data-user-id={user.userId}>
      <header className={styles.owner}>
        <Avatar size={36} src={user.avatarUrl} alt="" />
        <div className={styles.ownerText}>
          <h2 className={styles.ownerName}>{name}</h2>
          <p className={styles.ownerIds}>
            {user.phone} · {say('phone.vkId', { id: user.userId })}
          </p>
        </div>
        <PhoneMenu phone={phone} user={user} groupId={groupId} snapshot={snapshot} onHide={onHide} />
      </header>
      <div className={styles.frame}>
        <div className={styles.statusBar} aria-hidden="true">
          <span>{new Date().toLocaleTimeString('ru', { hour: '2-digit', minute: '2-digit' })}</span>
          <span className={styles.notch} />
          <span className={phone.state.isOffline ? styles.noSignal : styles.signal} />
        </div>
        {phone.state.isOffline && <p className={styles.offline}>{say('phone.offline')}</p>}
        {phone.state.screen === 'list' ? (
          <ChatList phone={phone} community={community} />
        ) : (
          <Chat phone={phone} user={user} community={community} />
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
