/** A campaign's state as a short label. */
import type { MailingState } from '../../shared/schemas/mailing.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import styles from '../ui/ListPage.module.css';

const likeTemplates: Partial<Record<MailingState, string>> = {
  done: 'approved',
  running: 'onReview',
  checking: 'onReview',
  scheduled: 'onReview',
};

export function StateMark({ state }: { state: MailingState }) {
  const { t } = useTranslation();
  return (
    <span className={styles.status} data-status={likeTemplates[state]}>
      {t(`mailings.state.${state}`)}
    </span>
  );
}
