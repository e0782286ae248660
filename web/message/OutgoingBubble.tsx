/** A message of this tab that the server has not confirmed yet, or has refused. */
import { Icon16ClockOutline } from '@vkontakte/icons';
import { Button } from '@vkontakte/vkui';
import { useDesk } from '../desk/DeskContext.tsx';
import { type OutgoingMessage, remove } from '../desk/outbox.ts';
import { useSendMessage } from '../desk/sendMessage.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { PlainText } from '../ui/PlainText.tsx';
import { useCodeMessages } from '../ui/useErrorMessages.ts';
import failureStyles from './FailureLine.module.css';
import styles from './MessageBubble.module.css';
import { Quote } from './Quote.tsx';

export interface OutgoingBubbleProps {
  outgoing: OutgoingMessage;
  /** Returns the message to the field where it was written. */
  onCancelSend: (outgoing: OutgoingMessage) => void;
}

export function OutgoingBubble({ outgoing, onCancelSend }: OutgoingBubbleProps) {
  const { t } = useTranslation();
  const { outbox } = useDesk();
  const send = useSendMessage();
  const messageOf = useCodeMessages();
  const { clientToken, failure } = outgoing;
  return (
    <article className={styles.line} data-kind={outgoing.kind} data-run="true">
      <div className={styles.bubble} data-failed={failure !== null}>
        {outgoing.replyTo && <Quote quote={{ ...outgoing.replyTo, messageId: null }} onJump={() => {}} />}
        {outgoing.text !== '' && <PlainText text={outgoing.text} />}
        {outgoing.uploads.map((upload) => (
          <div key={upload.id}>{upload.fileName}</div>
        ))}
        {failure === null ? (
          <footer className={styles.footer}>
            <Icon16ClockOutline aria-hidden />
            <span>{t('delivery.saving')}</span>
          </footer>
        ) : (
          <div className={failureStyles.line}>
            <span>{t('composer.notSentYet', { reason: messageOf(failure) })}</span>
            <Button mode="link" size="s" onClick={() => send(outgoing)}>
              {t('message.retry')}
            </Button>
            <Button mode="link" size="s" onClick={() => onCancelSend(outgoing)}>
              {t('message.change')}
            </Button>
            <Button
              mode="link"
              size="s"
              appearance="negative"
              onClick={() => outbox.set(remove(outbox.get(), new Set([clientToken])))}
            >
              {t('message.discard')}
            </Button>
          </div>
        )}
      </div>
    </article>
  );
}
