/** A campaign's state as a short label. */
import type { CampaignState } from '../../shared/schemas/campaign.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import styles from '../ui/ListPage.module.css';

const likeTemplates: Partial<Record<CampaignState, string>> = {
  done: 'approved',
  running: 'onReview',
  checking: 'onReview',
  scheduled: 'onReview',
  failed: 'rejected',
};

export function StateMark({ state }: { state: CampaignState }) {
  const { t } = useTranslation();
  return (
    <span className={styles.status} data-status={likeTemplates[state]}>
      {t(`mailings.state.${state}`)}
    </span>
  );
}
