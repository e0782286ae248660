/** The messenger's first screen: the community's chat as one row with its last message and what is unread. */
import { Avatar, Counter, Tappable } from '@vkontakte/vkui';
import type { CommunityView } from '../../shared/sandbox.ts';
import styles from './phone.module.css';
import type { PhoneControls } from './usePhone.ts';
import { type Say, useWords } from './words.ts';

export function ChatList({ phone, community }: { phone: PhoneControls; community: CommunityView }) {
  const say = useWords();
  const last = phone.shown?.messages.at(-1);
  return (
    <div className={styles.screen}>
      <h3 className={styles.screenTitle}>{say('phone.messages')}</h3>
      <Tappable className={styles.chatRow} onClick={() => phone.dispatch({ type: 'opened' })}>
        <Avatar size={48} src={community.photoUrl} alt="" />
        <span className={styles.chatRowText}>
          <span className={styles.chatRowName}>{community.name}</span>
          <span className={styles.chatRowLast}>
            {last
              ? `${last.out === 0 ? `${say('chat.you')}: ` : ''}${summary(last.text, last.attachments?.[0]?.type, say)}`
              : say('phone.start')}
          </span>
        </span>
        {phone.unread > 0 && (
          <Counter mode="primary" size="s" aria-label={say('phone.unread', { count: phone.unread })}>
            {phone.unread}
          </Counter>
        )}
      </Tappable>
    </div>
  );
}

function summary(text: string, attachmentType: string | undefined, say: Say): string {
  if (text) return text;
  return attachmentType === undefined ? '…' : say('chat.attachment', { type: attachmentType });
}
