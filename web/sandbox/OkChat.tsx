/** The chat with the same sender in Odnoklassniki: its messages with buttons and pictures, and an input line. */
import { Icon28ChevronLeftOutline } from '@vkontakte/icons';
import { Avatar, Button, IconButton } from '@vkontakte/vkui';
import { type FormEvent, useEffect, useState } from 'react';
import type { OkDialogueSnapshot, OkGroupView, OkPhoneMessage, UserView } from '../../shared/sandbox.ts';
import bubble from './bubble.module.css';
import styles from './chat.module.css';
import { callControl } from './controlClient.ts';
import { LinkButton } from './LinkButton.tsx';
import { useLabels } from './labels.ts';
import { usePageVisible } from './usePageVisible.ts';
import type { PhoneControls } from './usePhone.ts';

interface OkChatProps {
  phone: PhoneControls;
  user: UserView;
  group: OkGroupView;
  chat: OkDialogueSnapshot;
}

export function OkChat({ phone, user, group, chat }: OkChatProps) {
  const say = useLabels();
  const [text, setText] = useState('');
  const [replyTo, setReplyTo] = useState<OkPhoneMessage | null>(null);
  const isVisible = usePageVisible();
  const isLooking = isVisible && !phone.isOffline && !phone.state.hidesReading;
  const { okGroupId } = group;
  const { userId } = user;
  const unread = chat.unreadCount;
  useEffect(() => {
    if (isLooking && unread > 0) void callControl('okClientReads', { okGroupId, userId });
  }, [isLooking, unread, okGroupId, userId]);

  async function send(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (text.trim() === '') return;
    const replyToMid = replyTo?.mid;
    await phone.act('okClientSends', {
      okGroupId,
      userId,
      text: text.trim(),
      ...(replyToMid === undefined ? {} : { replyToMid }),
    });
    setText('');
    setReplyTo(null);
  }

  return (
    <div className={styles.chat}>
      <header className={styles.head}>
        <IconButton label={say('phone.back')} onClick={() => phone.dispatch({ type: 'wentBack' })}>
          <Icon28ChevronLeftOutline />
        </IconButton>
        <Avatar size={32} src={group.photoUrl} alt="" />
        <div className={styles.headText}>
          <h3 className={styles.headName}>{group.name}</h3>
          <p className={styles.headState}>{say('network.ok')}</p>
        </div>
      </header>
      <section
        className={styles.scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label={say('chat.label', { name: `${user.firstName}, ${say('network.ok')}` })}
      >
        <ol className={styles.messages} aria-live="polite">
          {chat.messages.length === 0 && <li className={styles.empty}>{say('chat.empty')}</li>}
          {chat.messages.map((message) => (
            <OkBubble
              key={message.mid}
              message={message}
              onReply={() => setReplyTo(message)}
              onPress={(row, column) =>
                void phone.act('okClientPressesButton', { okGroupId, userId, mid: message.mid, row, column })
              }
            />
          ))}
        </ol>
      </section>
      <form className={styles.composer} onSubmit={(event) => void send(event)}>
        {replyTo && (
          <p className={styles.obstacle}>{say('composer.replying', { text: replyTo.text.slice(0, 60) })}</p>
        )}
        <div className={styles.composerRow}>
          <input
            className={styles.field}
            aria-label={say('composer.label')}
            value={text}
            disabled={phone.isOffline}
            onChange={(event) => setText(event.target.value)}
          />
          <Button type="submit" size="l" mode="tertiary" disabled={phone.isOffline || text.trim() === ''}>
            {say('common.send')}
          </Button>
        </div>
      </form>
    </div>
  );
}

interface OkBubbleProps {
  message: OkPhoneMessage;
  onReply: () => void;
  onPress: (row: number, column: number) => void;
}

function OkBubble({ message, onReply, onPress }: OkBubbleProps) {
  const say = useLabels();
  return (
    <li className={message.isFromGroup ? bubble.theirs : bubble.own} data-mid={message.mid}>
      <div className={bubble.bubble}>
        {message.replyTo && (
          <blockquote className={bubble.quote}>
            <span>{message.replyTo.text || '…'}</span>
          </blockquote>
        )}
        <p className={bubble.text} dir="auto">
          {message.text}
        </p>
        {message.imageUrls.map((url) => (
          <img key={url} className={bubble.photo} src={url} alt={say('chat.photo')} loading="lazy" />
        ))}
        <p className={bubble.marks}>
          <time dateTime={new Date(message.atMs).toISOString()}>
            {new Date(message.atMs).toLocaleTimeString('ru', { hour: '2-digit', minute: '2-digit' })}
          </time>
        </p>
      </div>
      {message.buttons.length > 0 && (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset would draw a frame and carry no meaning here
        <div className={styles.inlineKeyboard} role="group" aria-label={say('chat.keyboard')}>
          {message.buttons.map((row, rowIndex) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows and buttons are known by their place
            <div key={rowIndex} className={styles.keyboardRow}>
              {row.map(({ kind, label, url }, column) =>
                kind === 'link' ? (
                  <LinkButton key={label} label={label} link={url ?? ''} />
                ) : (
                  <button
                    key={label}
                    type="button"
                    className={styles.keyboardButton}
                    onClick={() => onPress(rowIndex, column)}
                  >
                    {label}
                  </button>
                ),
              )}
            </div>
          ))}
        </div>
      )}
      {message.isFromGroup && (
        <button type="button" className={styles.replyLine} onClick={onReply}>
          {say('chat.reply')}
        </button>
      )}
    </li>
  );
}
