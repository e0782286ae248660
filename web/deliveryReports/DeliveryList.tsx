/** The live list: new rows appear above by themselves, older ones on demand; failed rows can be selected. */
import { useQueryClient } from '@tanstack/react-query';
import { Button, Placeholder, Skeleton } from '@vkontakte/vkui';
import { useState } from 'react';
import { type DeliverySearch, deliveryLimits } from '../../shared/schemas/delivery.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Failed } from '../ui/Failed.tsx';
import { fullTime } from '../ui/formatTime.ts';
import { keepFocus } from '../ui/keepFocus.ts';
import { useNotices } from '../ui/notices.ts';
import { useErrorMessages } from '../ui/useErrorMessages.ts';
import { useLocale } from '../ui/useLocale.ts';
import styles from './DeliveryReportsPage.module.css';
import { DeliveryTable } from './DeliveryTable.tsx';
import { call, lookAgain, readOlder, showNewest } from './deliveryReportsData.ts';
import type { DeliveryRows } from './deliveryRows.ts';

export interface DeliveryListProps {
  data: DeliveryRows | undefined;
  error: unknown;
  filters: DeliverySearch;
  onRetry(): void;
}

export function DeliveryList({ data, error, filters, onRetry }: DeliveryListProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const queries = useQueryClient();
  const notices = useNotices();
  const messageOf = useErrorMessages();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [busy, setBusy] = useState<'older' | 'newest' | 'again' | null>(null);

  if (!data && error) return <Failed title={t('deliveries.failed')} error={error} onRetry={onRetry} />;
  if (!data) return <Skeleton height={360} borderRadius={12} aria-label={t('common.loading')} />;

  const during = async (what: typeof busy, work: () => Promise<void>) => {
    const restoreFocus = keepFocus();
    setBusy(what);
    try {
      await work();
    } catch (failure) {
      notices.show(messageOf(failure));
    } finally {
      setBusy(null);
      restoreFocus();
    }
  };
  const canChoose = filters.view === 'ended' || filters.view === 'neverSent';
  const messageIds = data.rows
    .filter(({ id, canTryAgain }) => canTryAgain && chosen.has(id))
    .map(({ id }) => id);
  const tryAgain = () =>
    during('again', async () => {
      const { results } = await call('tryDeliveriesAgain', { body: { messageIds } });
      const refused = results.filter(({ outcome }) => outcome === 'refused' || outcome === 'notNow');
      notices.show(
        t('deliveries.again.done', { done: results.length - refused.length, refused: refused.length }),
        refused.length > 0 ? 'error' : 'done',
      );
      setChosen(new Set());
      await lookAgain(queries);
    });

  return (
    <>
      {error !== null && (
        <p className={styles.stale} role="status">
          {t('deliveries.stale')}
        </p>
      )}
      {data.isBehind && (
        <Button
          className={styles.newer}
          loading={busy === 'newest'}
          onClick={() => void during('newest', () => showNewest(queries, filters))}
        >
          {t('deliveries.newer')}
        </Button>
      )}
      {canChoose && data.rows.length > 0 && (
        <div className={styles.selection}>
          <Button
            disabled={messageIds.length === 0}
            loading={busy === 'again'}
            onClick={() => void tryAgain()}
          >
            {messageIds.length === 0
              ? t('deliveries.again.none')
              : t('deliveries.again.selected', { count: messageIds.length })}
          </Button>
        </div>
      )}
      {data.rows.length === 0 && data.searchedTo === null ? (
        <Placeholder title={t(canChoose ? 'deliveries.empty.mended' : 'deliveries.empty')}>
          {t('deliveries.empty.hint')}
        </Placeholder>
      ) : (
        <DeliveryTable
          rows={data.rows}
          selection={canChoose ? { chosen, onChange: setChosen, most: deliveryLimits.again } : null}
        />
      )}
      {data.nextCursor !== null && (
        <div className={styles.below}>
          {data.searchedTo !== null && (
            <span role="status">
              {t('deliveries.searchedTo', { time: fullTime(data.searchedTo, locale) })}
            </span>
          )}
          <Button
            mode="secondary"
            loading={busy === 'older'}
            onClick={() => void during('older', () => readOlder(queries, filters))}
          >
            {t(data.searchedTo === null ? 'deliveries.older' : 'deliveries.further')}
          </Button>
        </div>
      )}
    </>
  );
}
