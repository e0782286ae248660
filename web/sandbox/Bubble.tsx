/** One message on the phone: its text, attachments, buttons and marks, and the actions on it. */
import {
  Icon16CheckDoubleOutline,
  Icon16DeleteOutline,
  Icon16Done,
  Icon16PenOutline,
  Icon16ReplyOutline,
  Icon20PlaceOutline,
} from '@vkontakte/icons';
import type { PhoneMessage } from '../../shared/sandbox.ts';
import { AttachmentView } from './AttachmentView.tsx';
import styles from './bubble.module.css';
import { useLabels } from './labels.ts';
import { PhoneKeyboard } from './PhoneKeyboard.tsx';
import { offeredReactions, reactionSign } from './reactions.ts';

interface BubbleProps {
  message: PhoneMessage;
  /** The community has read this message of the client. */
  isRead: boolean;
  userId: number;
  communityName: string;
  onReply: () => void;
  onEdit: () => void;
  onDelete: () => void;
  onReact: (reactionId: number | null) => void;
  onPress: (row: number, column: number) => void;
}

export function Bubble(props: BubbleProps) {
  const { message, isRead, userId, communityName, onPress } = props;
  const say = useLabels();
  const isOwn = message.out === 0;
  const nameOf = (fromId: number) => (fromId > 0 ? say('chat.you') : communityName);
  return (
    <li className={isOwn ? styles.own : styles.theirs} data-cmid={message.conversation_message_id}>
      <div className={styles.bubble}>
        {message.admin_author_id !== undefined && (
          <p className={styles.author}>{say('chat.administrator', { id: message.admin_author_id })}</p>
        )}
        {message.reply_message && (
          <blockquote className={styles.quote}>
            <strong>{nameOf(message.reply_message.from_id)}</strong>
            <span>{message.reply_message.text || '…'}</span>
          </blockquote>
        )}
        {message.fwd_messages?.map((forwarded) => (
          <blockquote key={forwarded.conversation_message_id} className={styles.quote}>
            <strong>{say('chat.forwarded')}</strong>
            <span>{forwarded.text || '…'}</span>
          </blockquote>
        ))}
        {message.text && (
          <p className={styles.text} dir="auto">
            {message.text}
          </p>
        )}
        {message.geo !== undefined && (
          <p className={styles.plain}>
            <Icon20PlaceOutline />
            {say('chat.place')}
          </p>
        )}
        {message.attachments?.map((attachment, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: attachments have no other order and never move
          <AttachmentView key={index} attachment={attachment} />
        ))}
        <p className={styles.marks}>
          {message.update_time !== undefined && <span>{say('chat.edited')}</span>}
          <time dateTime={new Date(message.date * 1000).toISOString()}>{clock(message.date)}</time>
          {isOwn && <ReadMark isRead={isRead} />}
        </p>
        <Reactions message={message} userId={userId} onReact={props.onReact} />
      </div>
      {message.keyboard && (
        <div className={styles.keyboard}>
          <PhoneKeyboard keyboard={message.keyboard} onPress={onPress} />
        </div>
      )}
      <Actions {...props} isOwn={isOwn} />
    </li>
  );
}

function ReadMark({ isRead }: { isRead: boolean }) {
  const say = useLabels();
  const label = say(isRead ? 'chat.read' : 'chat.sent');
  return (
    <span className={styles.readMark} role="img" aria-label={label} title={label}>
      {isRead ? <Icon16CheckDoubleOutline /> : <Icon16Done width={12} height={12} />}
    </span>
  );
}

function Reactions({ message, userId, onReact }: Pick<BubbleProps, 'message' | 'userId' | 'onReact'>) {
  const say = useLabels();
  if (!message.reactions?.length) return null;
  return (
    <p className={styles.reactions}>
      {message.reactions.map(({ reaction_id, count, user_ids }) => {
        const isMine = user_ids.includes(userId);
        return (
          <button
            key={reaction_id}
            type="button"
            className={styles.reaction}
            aria-pressed={isMine}
            aria-label={say('chat.react', { reaction: `${reactionSign(reaction_id)} ${count}` })}
            onClick={() => onReact(isMine ? null : reaction_id)}
          >
            {reactionSign(reaction_id)} {count}
          </button>
        );
      })}
    </p>
  );
}

function Actions({ isOwn, onReply, onEdit, onDelete, onReact }: BubbleProps & { isOwn: boolean }) {
  const say = useLabels();
  return (
    <div className={styles.actions}>
      {!isOwn &&
        offeredReactions.map((reactionId) => (
          <button
            key={reactionId}
            type="button"
            aria-label={say('chat.react', { reaction: reactionSign(reactionId) })}
            onClick={() => onReact(reactionId)}
          >
            {reactionSign(reactionId)}
          </button>
        ))}
      <button type="button" aria-label={say('chat.reply')} title={say('chat.reply')} onClick={onReply}>
        <Icon16ReplyOutline />
      </button>
      {isOwn && (
        <>
          <button type="button" aria-label={say('chat.edit')} title={say('chat.edit')} onClick={onEdit}>
            <Icon16PenOutline />
          </button>
          <button type="button" aria-label={say('chat.delete')} title={say('chat.delete')} onClick={onDelete}>
            <Icon16DeleteOutline />
          </button>
        </>
      )}
    </div>
  );
}

function clock(dateSeconds: number): string {
  return new Date(dateSeconds * 1000).toLocaleTimeString('ru', { hour: '2-digit', minute: '2-digit' });
}
