/** One service message: status and reason, preview, sender, history, and actions. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Button, Skeleton } from '@vkontakte/vkui';
import { useState } from 'react';
import type { DeliveryDetail } from '../../shared/schemas/delivery.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { SupervisorPage } from '../templates/SupervisorPage.tsx';
import box from '../ui/Box.module.css';
import { Failed } from '../ui/Failed.tsx';
import { keepFocus } from '../ui/keepFocus.ts';
import { useNotices } from '../ui/notices.ts';
import { useErrorMessages } from '../ui/useErrorMessages.ts';
import { useLocale } from '../ui/useLocale.ts';
import styles from './DeliveryPage.module.css';
import { call, deliveryQuery, lookAgain } from './deliveryReportsData.ts';
import { Facts } from './Facts.tsx';
import { HistoryLines } from './HistoryLines.tsx';
import { useReasonLabels } from './labels.ts';
import { SentPreview } from './SentPreview.tsx';
import { StatusMark } from './StatusMark.tsx';

const route = getRouteApi('/desk/deliveries/$messageId');

export function DeliveryPage() {
  const { t } = useTranslation();
  const { me } = useDeskData();
  const { messageId } = route.useParams();
  const { data, error, refetch } = useQuery({ ...deliveryQuery(messageId), enabled: me.role !== 'agent' });
  return (
    <SupervisorPage
      title={data ? `${data.phone || t('deliveries.erased')} · ${data.template}` : t('deliveries.one.title')}
      isWide
    >
      <p className={styles.back}>
        <Link to="/deliveries" search>
          ← {t('deliveries.back')}
        </Link>
      </p>
      {!data && error && (
        <Failed title={t('deliveries.one.failed')} error={error} onRetry={() => void refetch()} />
      )}
      {!data && !error && <Skeleton height={360} borderRadius={12} aria-label={t('common.loading')} />}
      {data && (
        <div className={styles.columns}>
          <div className={styles.column}>
            <Summary delivery={data} />
            <HistoryLines delivery={data} />
            <Facts delivery={data} />
          </div>
          <SentPreview delivery={data} />
        </div>
      )}
    </SupervisorPage>
  );
}

function Summary({ delivery }: { delivery: DeliveryDetail }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const reasonLabel = useReasonLabels();
  const { status, code, isStuck, againId, againOf, conversationId } = delivery;
  return (
    <section className={box.box} aria-label={t('deliveries.column.status')}>
      <div className={styles.summary} role="status">
        <StatusMark status={status} />
        {code && <span>{reasonLabel(code)}</span>}
        {isStuck && <span>{t('deliveries.one.stuck')}</span>}
        <time className={styles.faint} dateTime={delivery.statusAt}>
          {new Date(delivery.statusAt).toLocaleString(locale)}
        </time>
      </div>
      <div className={styles.actions}>
        <Actions delivery={delivery} />
        {conversationId && (
          <Link to="/conversations/$conversationId" params={{ conversationId }} className={styles.link}>
            {t('deliveries.one.conversation')}
          </Link>
        )}
        {againId && (
          <Link to="/deliveries/$messageId" params={{ messageId: againId }} className={styles.link}>
            {t('deliveries.again.was')} →
          </Link>
        )}
        {againOf && (
          <Link to="/deliveries/$messageId" params={{ messageId: againOf }} className={styles.link}>
            ← {t('deliveries.again.of')}
          </Link>
        )}
      </div>
    </section>
  );
}

function Actions({ delivery: { id, canCancel, canTryAgain } }: { delivery: DeliveryDetail }) {
  const { t, language } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const notices = useNotices();
  const messageOf = useErrorMessages();
  const [isBusy, setBusy] = useState(false);
  const during = async (work: () => Promise<void>) => {
    const restoreFocus = keepFocus();
    setBusy(true);
    try {
      await work();
    } catch (error) {
      notices.show(messageOf(error));
    } finally {
      setBusy(false);
      await lookAgain(queries);
      restoreFocus();
    }
  };
  const cancel = () =>
    during(async () => {
      await call('cancelDelivery', { params: { messageId: id } });
      notices.show(t('deliveries.one.cancelled'), 'done');
    });
  const tryAgain = () =>
    during(async () => {
      const { results } = await call('tryDeliveriesAgain', { body: { messageIds: [id] } });
      const [result] = results;
      if (result?.messageId)
        await navigate({ to: '/deliveries/$messageId', params: { messageId: result.messageId } });
      else if (result?.reason) notices.show(result.reason[language]);
    });
  return (
    <>
      {canCancel && (
        <Button mode="secondary" appearance="negative" loading={isBusy} onClick={() => void cancel()}>
          {t('deliveries.one.cancel')}
        </Button>
      )}
      {canTryAgain && (
        <Button loading={isBusy} onClick={() => void tryAgain()}>
          {t('deliveries.again')}
        </Button>
      )}
    </>
  );
}
