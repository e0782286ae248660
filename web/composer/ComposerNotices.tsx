/** Above the field: why nothing can be sent, or that another person has answered. It warns, but never blocks. */
import { Icon16InfoOutline, Icon16WarningTriangleOutline } from '@vkontakte/icons';
import type { MessageView } from '../../shared/schemas/message.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { answeredSince } from './answeredSince.ts';
import styles from './ComposerNotices.module.css';
import type { WhyNot } from './whyNotWrite.ts';

export interface ComposerNoticesProps {
  whyNot: WhyNot | null;
  messages: readonly MessageView[];
  /** The thread's last `seq` when the writing began; null while the draft is empty. */
  sinceSeq: number | null;
}

export function ComposerNotices({ whyNot, messages, sinceSeq }: ComposerNoticesProps) {
  const { t } = useTranslation();
  const { me } = useDeskData();
  const quicker = sinceSeq === null ? null : answeredSince(messages, sinceSeq, me.id);
  return (
    <div role="status">
      {whyNot && (
        <p className={styles.notice}>
          <Icon16InfoOutline aria-hidden />
          {t(`composer.${whyNot}`)}
        </p>
      )}
      {quicker && (
        <p className={styles.notice} data-tone="warning">
          <Icon16WarningTriangleOutline aria-hidden />
          {t('composer.answeredMeanwhile', { name: quicker.author.name })}
        </p>
      )}
    </div>
  );
}
