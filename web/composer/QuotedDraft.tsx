/** The message that the answer being written will quote. */
import { Icon16Cancel } from '@vkontakte/icons';
import type { QuoteView } from '../../shared/schemas/message.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import styles from './QuotedDraft.module.css';

export interface QuotedDraftProps {
  quote: QuoteView;
  clientName: string;
  onCancel: () => void;
}

export function QuotedDraft({ quote, clientName, onCancel }: QuotedDraftProps) {
  const { t } = useTranslation();
  return (
    <div className={styles.quote}>
      <div className={styles.lines}>
        <bdi className={styles.author}>
          {t('composer.replyingTo', { name: quote.isByClient ? clientName : quote.authorName })}
        </bdi>
        <span className={styles.text} dir="auto">
          {quote.text || quote.attachmentKinds.map((kind) => t(`attachment.${kind}`)).join(', ')}
        </span>
      </div>
      <button
        type="button"
        className={styles.cancel}
        aria-label={t('composer.cancelReply')}
        onClick={onCancel}
      >
        <Icon16Cancel aria-hidden />
      </button>
    </div>
  );
}
