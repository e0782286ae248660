/** The messenger's first screen: the sender's chat in each network, and the notifications window. */
import { Icon28Notifications } from '@vkontakte/icons';
import { Avatar, Counter, Tappable } from '@vkontakte/vkui';
import type { ReactNode } from 'react';
import type {
  CommunityView,
  NoticeView,
  OkDialogueSnapshot,
  OkGroupView,
  UserView,
} from '../../shared/sandbox.ts';
import { type Say, useLabels } from './labels.ts';
import styles from './phone.module.css';
import type { PhoneControls } from './usePhone.ts';

interface ChatListProps {
  phone: PhoneControls;
  user: UserView;
  community: CommunityView;
  okGroup: OkGroupView | null;
  okChat: OkDialogueSnapshot | undefined;
  notices: readonly NoticeView[];
}

export function ChatList({ phone, user, community, okGroup, okChat, notices }: ChatListProps) {
  const say = useLabels();
  const last = phone.shown?.messages.at(-1);
  const okLast = okChat?.messages.at(-1);
  const open = (screen: 'chat' | 'notices' | 'ok') => phone.dispatch({ type: 'opened', screen });
  return (
    <div className={styles.screen}>
      <h3 className={styles.screenTitle}>{say('phone.messages')}</h3>
      {user.hasVk && (
        <Row
          picture={<Avatar size={48} src={community.photoUrl} alt="" />}
          name={community.name}
          last={
            last
              ? `${last.out === 0 ? `${say('chat.you')}: ` : ''}${summary(last.text, last.attachments?.[0]?.type, say)}`
              : say('phone.start')
          }
          unread={phone.unread}
          onOpen={() => open('chat')}
        />
      )}
      {okGroup && (
        <Row
          picture={<Avatar size={48} src={okGroup.photoUrl} alt="" />}
          name={`${okGroup.name} · ${say('network.okShort')}`}
          last={
            okLast
              ? `${okLast.isFromGroup ? '' : `${say('chat.you')}: `}${okLast.text || '…'}`
              : say('phone.start')
          }
          unread={okChat?.unreadCount ?? 0}
          onOpen={() => open('ok')}
        />
      )}
      <Row
        picture={<Icon28Notifications className={styles.noticesSign} width={48} height={28} />}
        name={say('phone.notices')}
        last={notices.at(-1)?.text ?? say('notices.empty')}
        unread={notices.filter(({ isRead }) => !isRead).length}
        onOpen={() => open('notices')}
      />
    </div>
  );
}

interface RowProps {
  picture: ReactNode;
  name: string;
  last: string;
  unread: number;
  onOpen: () => void;
}

function Row({ picture, name, last, unread, onOpen }: RowProps) {
  const say = useLabels();
  return (
    <Tappable className={styles.chatRow} onClick={onOpen}>
      {picture}
      <span className={styles.chatRowText}>
        <span className={styles.chatRowName}>{name}</span>
        <span className={styles.chatRowLast}>{last}</span>
      </span>
      {unread > 0 && (
        <Counter mode="primary" size="s" aria-label={say('phone.unread', { count: unread })}>
          {unread}
        </Counter>
      )}
    </Tappable>
  );
}

function summary(text: string, attachmentType: string | undefined, say: Say): string {
  if (text) return text;
  return attachmentType === undefined ? '…' : say('chat.attachment', { type: attachmentType });
}
