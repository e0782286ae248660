/** A message of this tab that the server has not confirmed yet, or has refused. */
import { Icon16ClockOutline } from '@vkontakte/icons';
import { Button } from '@vkontakte/vkui';
import { useDesk } from '../desk/DeskContext.tsx';
import { goesByItself, type OutgoingMessage } from '../desk/outbox.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { PlainText } from '../ui/PlainText.tsx';
import { useCodeMessages } from '../ui/useErrorMessages.ts';
import failureStyles from './FailureLine.module.css';
import styles from './MessageBubble.module.css';
import { Quote } from './Quote.tsx';

export interface OutgoingBubbleProps {
  outgoing: OutgoingMessage;
  clientName: string;
  /** Returns the message to the field where it was written. */
  onCancelSend: (outgoing: OutgoingMessage) => void;
}

export function OutgoingBubble({ outgoing, clientName, onCancelSend }: OutgoingBubbleProps) {
  const { t } = useTranslation();
  const { sender } = useDesk();
  const messageOf = useCodeMessages();
  const { clientToken, failure, isUnderWay } = outgoing;
  return (
    <article className={styles.line} data-kind={outgoing.kind} data-run="true">
      <div className={styles.bubble} data-failed={failure !== null}>
        {outgoing.replyTo && (
          <Quote quote={{ ...outgoing.replyTo, messageId: null }} clientName={clientName} onJump={() => {}} />
        )}
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
            <span>
              {goesByItself(outgoing, Date.now())
                ? t('composer.waitsForLink')
                : t('composer.notSentYet', { reason: messageOf(failure) })}
            </span>
            <Button mode="link" size="s" disabled={isUnderWay} onClick={() => sender.sendAgain(clientToken)}>
              {t('message.retry')}
            </Button>
            <Button mode="link" size="s" disabled={isUnderWay} onClick={() => onCancelSend(outgoing)}>
              {t('message.change')}
            </Button>
            <Button
              mode="link"
              size="s"
              appearance="negative"
              disabled={isUnderWay}
              onClick={() => sender.discard(clientToken)}
            >
              {t('message.discard')}
            </Button>
          </div>
        )}
      </div>
    </article>
  );
}
