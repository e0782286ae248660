/** One message: the client's on the left, the company's on the right, internal notes in their own style. */
import { Icon20ReplyOutline } from '@vkontakte/icons';
import { IconButton } from '@vkontakte/vkui';
import { memo } from 'react';
import type { MessageView } from '../../shared/schemas/message.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { clockTime, fullTime, momentNear } from '../ui/formatTime.ts';
import { PlainText } from '../ui/PlainText.tsx';
import { useLocale } from '../ui/useLocale.ts';
import { AnswerCaption } from './AnswerCaption.tsx';
import { Attachments } from './Attachments.tsx';
import { DeliveryMark } from './DeliveryMark.tsx';
import { FailureLine } from './FailureLine.tsx';
import { Forwarded } from './Forwarded.tsx';
import styles from './MessageBubble.module.css';
import { PressedButton } from './PressedButton.tsx';
import { Quote } from './Quote.tsx';
import { Reactions } from './Reactions.tsx';
import { useFlashFocus } from './useFlashFocus.ts';

export interface MessageBubbleProps {
  message: MessageView;
  /** The client’s present name: a message may hold an older one. */
  clientName: string;
  continuesRun: boolean;
  isFlashed: boolean;
  onQuote: (message: MessageView) => void;
  onJump: (messageId: string) => void;
}

export const MessageBubble = memo(function MessageBubble(props: MessageBubbleProps) {
  const { message, clientName, continuesRun, isFlashed, onQuote, onJump } = props;
  const { t } = useTranslation();
  const ref = useFlashFocus(isFlashed);
  const isDeleted = message.deletedAt !== null;
  const canBeQuoted = !isDeleted && (message.kind === 'reply' || message.kind === 'answer');
  return (
    <article
      ref={ref}
      tabIndex={-1}
      className={styles.line}
      data-kind={message.kind}
      data-run={continuesRun}
      data-flashed={isFlashed}
      data-message-id={message.id}
    >
      <div className={styles.bubble} data-failed={message.status === 'failed'}>
        <Heading message={message} clientName={clientName} isHidden={continuesRun} />
        {isDeleted ? (
          <p className={styles.deleted}>{t(message.isErased ? 'message.erased' : 'message.deleted')}</p>
        ) : (
          <>
            {message.answers ? (
              <AnswerCaption
                message={message}
                answers={message.answers}
                clientName={clientName}
                onJump={onJump}
              />
            ) : (
              message.replyTo && <Quote quote={message.replyTo} clientName={clientName} onJump={onJump} />
            )}
            {message.rating === 'comment' && <p className={styles.caption}>{t('message.ratingComment')}</p>}
            {message.text !== '' &&
              (message.answers?.by === 'button' ? (
                <PressedButton label={message.text} />
              ) : (
                <PlainText text={message.text} />
              ))}
            <Attachments attachments={message.attachments} />
            {message.forwarded.length > 0 && (
              <Forwarded forwarded={message.forwarded} clientName={clientName} />
            )}
            {isBlank(message) && <p className={styles.deleted}>{t('message.empty')}</p>}
          </>
        )}
        <Footer message={message} />
        <Reactions reactions={message.reactions} />
        {message.status === 'failed' && <FailureLine message={message} />}
      </div>
      {canBeQuoted && (
        <IconButton className={styles.quote} label={t('message.reply')} onClick={() => onQuote(message)}>
          <Icon20ReplyOutline />
        </IconButton>
      )}
    </article>
  );
});

function isBlank(message: MessageView): boolean {
  return (
    message.text === '' &&
    message.attachments.length === 0 &&
    message.forwarded.length === 0 &&
    message.replyTo === null
  );
}

interface HeadingProps {
  message: MessageView;
  clientName: string;
  isHidden: boolean;
}

function Heading({ message, clientName, isHidden }: HeadingProps) {
  const { t } = useTranslation();
  const { me } = useDeskData();
  const { author } = message;
  const nameOfAuthor = author.type === 'client' ? clientName : author.name;
  const isQuestion = message.rating === 'question';
  const written = author.personId === me.id ? t('message.you') : nameOfAuthor;
  const name = isQuestion ? t('message.ratingQuestion') : written;
  const isNote = message.kind === 'note';
  // The pane's header already shows the client's name.
  if ((isHidden || message.kind === 'reply') && !isNote) return <span className={styles.hidden}>{name}</span>;
  return (
    <header className={styles.heading}>
      {isNote && <span>{t('message.note')} · </span>}
      <bdi>{name}</bdi>
      {author.type === 'administrator' && (
        <span className={styles.via}>
          {name !== '' && ' · '}
          {t('message.viaNetwork')}
        </span>
      )}
    </header>
  );
}

function Footer({ message }: { message: MessageView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <footer className={styles.footer}>
      {message.isBackfilled && <span>{t('message.backfilled')}</span>}
      {message.editedAt && !message.deletedAt && (
        <span title={fullTime(message.editedAt, locale)}>
          {t('message.edited', { time: momentNear(message.editedAt, new Date(message.sentAt), locale) })}
        </span>
      )}
      <time dateTime={message.sentAt} title={fullTime(message.sentAt, locale)}>
        {clockTime(message.sentAt, locale)}
      </time>
      <DeliveryMark status={message.status} />
    </footer>
  );
}
