/** For supervisors and administrators: all campaigns, and the upload of a new one. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Placeholder, Skeleton } from '@vkontakte/vkui';
import type { CampaignView } from '../../shared/schemas/campaign.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { SupervisorPage } from '../templates/SupervisorPage.tsx';
import { Failed } from '../ui/Failed.tsx';
import { listTime } from '../ui/formatTime.ts';
import styles from '../ui/ListPage.module.css';
import { MoreButton } from '../ui/MoreButton.tsx';
import { useLocale, useNow } from '../ui/useLocale.ts';
import { AddCampaign } from './AddCampaign.tsx';
import { campaignsQuery } from './campaignsData.ts';
import { StateMark } from './StateMark.tsx';

export function CampaignsPage() {
  const { t } = useTranslation();
  return (
    <SupervisorPage title={t('mailings.title')}>
      <AddCampaign />
      <Lists />
    </SupervisorPage>
  );
}

function Lists() {
  const { t } = useTranslation();
  const query = useInfiniteQuery(campaignsQuery);
  const { data, error, refetch } = query;
  const rows = data?.pages.flatMap(({ mailings: campaigns }) => campaigns);
  if (!rows && error)
    return <Failed title={t('mailings.failed')} error={error} onRetry={() => void refetch()} />;
  if (!rows) return <Skeleton height={240} borderRadius={12} aria-label={t('common.loading')} />;
  if (rows.length === 0) return <Placeholder title={t('mailings.empty')} />;
  return (
    <>
      <ul className={styles.list} aria-label={t('mailings.title')}>
        {rows.map((campaign) => (
          <Row key={campaign.id} campaign={campaign} />
        ))}
      </ul>
      <MoreButton label={t('mailings.more')} query={query} />
    </>
  );
}

function Row({ campaign }: { campaign: CampaignView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const now = useNow();
  return (
    <li>
      <Link to="/mailings/$mailingId" params={{ mailingId: campaign.id }} className={styles.row}>
        <span className={styles.rowHead}>
          <span className={styles.rowTitle}>
            <bdi>{campaign.fileName}</bdi>
          </span>
          <span className={styles.rowHead}>
            <StateMark state={campaign.state} />
            <time className={styles.faint} dateTime={campaign.createdAt}>
              {listTime(campaign.createdAt, now, locale)}
            </time>
          </span>
        </span>
        <span className={styles.faint}>
          {[
            t('mailings.rows', { rows: campaign.rows.toLocaleString(locale) }),
            campaign.columns?.template,
            campaign.createdBy,
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </Link>
    </li>
  );
}
