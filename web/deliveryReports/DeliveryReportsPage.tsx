/** For supervisors and administrators: sent messages, their statuses, and sending again. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button } from '@vkontakte/vkui';
import { useMemo, useState } from 'react';
import { deliveryViews } from '../../shared/schemas/deliveryView.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { SupervisorPage } from '../templates/SupervisorPage.tsx';
import { ApiError } from '../ui/apiError.ts';
import { useNotices } from '../ui/notices.ts';
import { useErrorMessages } from '../ui/useErrorMessages.ts';
import { useStore } from '../ui/useStore.ts';
import { DeliveryFilters } from './DeliveryFilters.tsx';
import { DeliveryList } from './DeliveryList.tsx';
import styles from './DeliveryReportsPage.module.css';
import { deliveryReportsQuery, downloadCsv } from './deliveryReportsData.ts';
import { Stats } from './Stats.tsx';
import { exactSearch, searchedPhone, toFilters } from './searchParams.ts';

const route = getRouteApi('/desk/deliveries');

export function DeliveryReportsPage() {
  const { t } = useTranslation();
  const { me } = useDeskData();
  return (
    <SupervisorPage title={t('deliveries.title')} isWide actions={<Export />}>
      {me.role !== 'agent' && <DeliveryReports />}
    </SupervisorPage>
  );
}

function useFilters() {
  const params = route.useSearch();
  const phone = useStore(searchedPhone);
  return useMemo(() => toFilters(params, phone), [params, phone]);
}

function Export() {
  const { t, language } = useTranslation();
  const filters = useFilters();
  const notices = useNotices();
  const messageOf = useErrorMessages();
  const [isLoading, setLoading] = useState(false);
  const download = async () => {
    setLoading(true);
    try {
      await downloadCsv(filters, language);
    } catch (error) {
      notices.show(messageOf(error));
    } finally {
      setLoading(false);
    }
  };
  return (
    <Button mode="secondary" loading={isLoading} onClick={() => void download()}>
      {t('deliveries.export')}
    </Button>
  );
}

function DeliveryReports() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const params = route.useSearch();
  const { me } = useDeskData();
  const filters = useFilters();
  const { data, error, refetch } = useQuery(deliveryReportsQuery(queries, filters));
  const { view = 'all' } = params;
  const isPhoneWrong = error instanceof ApiError && error.field === 'phone';
  return (
    <>
      <nav className={styles.views} aria-label={t('deliveries.views')}>
        {deliveryViews.map((each) => (
          <Link
            key={each}
            to="/deliveries"
            search={{
              ...params,
              status: each === view ? params.status : undefined,
              view: each === 'all' ? undefined : each,
            }}
            className={styles.view}
            data-shown={each === view}
            activeOptions={exactSearch}
          >
            {t(`deliveries.view.${each}`)}
          </Link>
        ))}
      </nav>
      {view !== 'all' && (
        <p className={styles.hint}>
          {t(`deliveries.hint.${view}`)}
          {view === 'stuck' && me.role === 'administrator' && (
            <>
              {' · '}
              <Link to="/settings/communities">{t('deliveries.hint.stuck.link')}</Link>
            </>
          )}
        </p>
      )}
      <DeliveryFilters params={params} isPhoneWrong={isPhoneWrong} />
      {view === 'all' && filters.phone === undefined && <Stats params={params} />}
      {view === 'all' && filters.phone !== undefined && (
        <p className={styles.hint}>{t('deliveries.hours.notByPhone')}</p>
      )}
      {!isPhoneWrong && (
        <DeliveryList
          key={JSON.stringify(filters)}
          data={data}
          error={error}
          filters={filters}
          onRetry={() => void refetch()}
        />
      )}
    </>
  );
}
