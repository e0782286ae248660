/** The message that this one quotes; a press goes to it. */
import { VisuallyHidden } from '@vkontakte/vkui';
import type { QuoteView } from '../../shared/schemas/message.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import styles from './Quote.module.css';

export interface QuoteProps {
  quote: QuoteView;
  /** The client’s present name: the quote holds the one of its time, often just an id. */
  clientName: string;
  onJump: (messageId: string) => void;
}

export function Quote({ quote, clientName, onJump }: QuoteProps) {
  const { t } = useTranslation();
  const { messageId } = quote;
  // The author of a service message is the company.
  const author = (quote.isByClient ? clientName : quote.authorName) || t('message.service');
  const body = (
    <>
      <bdi className={styles.author}>{author}</bdi>
      <span className={styles.text} dir="auto">
        {quote.text || quote.attachmentKinds.map((kind) => t(`attachment.${kind}`)).join(', ')}
      </span>
    </>
  );
  if (messageId === null) return <blockquote className={styles.quote}>{body}</blockquote>;
  return (
    <button type="button" className={styles.quote} onClick={() => onJump(messageId)}>
      <VisuallyHidden>{t('message.replyTo', { name: author })}. </VisuallyHidden>
      {body}
    </button>
  );
}
