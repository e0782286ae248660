/** One campaign with its steps: columns, check, sending. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Skeleton } from '@vkontakte/vkui';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { SupervisorPage } from '../templates/SupervisorPage.tsx';
import box from '../ui/Box.module.css';
import { Failed } from '../ui/Failed.tsx';
import { shortDate } from '../ui/formatTime.ts';
import templateStyles from '../ui/ListPage.module.css';
import { useLocale } from '../ui/useLocale.ts';
import styles from './CampaignPage.module.css';
import { CheckResults } from './CheckResults.tsx';
import { ColumnsForm } from './ColumnsForm.tsx';
import { campaignQuery } from './campaignsData.ts';
import { Progress } from './Progress.tsx';
import { StateButtons } from './StateButtons.tsx';
import { StateMark } from './StateMark.tsx';

const route = getRouteApi('/desk/mailings/$mailingId');

export function CampaignPage() {
  const { t } = useTranslation();
  const locale = useLocale();
  const { me } = useDeskData();
  const { mailingId: campaignId } = route.useParams();
  const { data, error, refetch } = useQuery({ ...campaignQuery(campaignId), enabled: me.role !== 'agent' });
  const isBefore = data && ['uploaded', 'checking', 'ready'].includes(data.state);
  return (
    <SupervisorPage title={data?.fileName ?? t('mailings.title')}>
      <p className={styles.back}>
        <Link to="/mailings">← {t('mailings.title')}</Link>
      </p>
      {!data && error && <Failed title={t('mailings.failed')} error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={320} borderRadius={12} aria-label={t('common.loading')} />}
      {data && (
        <div className={styles.steps}>
          <p className={styles.facts} role="status">
            <StateMark state={data.state} />
            <span className={templateStyles.faint}>
              {t('mailings.rows', { rows: data.rows.toLocaleString(locale) })}
              {data.columns && ` · ${data.columns.template}`}
              {` · ${t('mailings.by', { name: data.createdBy, at: shortDate(data.createdAt, locale) })}`}
            </span>
          </p>
          {data.failure && (
            <p className={box.box} role="alert">
              {t(`mailings.failure.${data.failure.code}`)}. {t('mailings.failure.whatNow')}
            </p>
          )}
          {isBefore && data.state !== 'ready' && <ColumnsForm key={data.id} campaign={data} />}
          {data.state === 'ready' && (
            <details className={box.box}>
              <summary>{t('mailings.columns.change')}</summary>
              <ColumnsForm key={data.id} campaign={data} />
            </details>
          )}
          {data.columns && isBefore && <CheckResults campaign={data} pass="checked" />}
          {!isBefore && <Progress campaign={data} />}
          {data.taken.rows > 0 && <CheckResults campaign={data} pass="taken" />}
          <StateButtons campaign={data} />
        </div>
      )}
    </SupervisorPage>
  );
}
