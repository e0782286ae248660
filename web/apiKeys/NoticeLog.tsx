/** The status webhooks of a key: delivered, failed, and a button to post a failed one again. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, NativeSelect, Skeleton } from '@vkontakte/vkui';
import { useState } from 'react';
import { noticeProblems, noticeStates, type StatusNoticeView } from '../../shared/schemas/apiKey.ts';
import { serviceStatuses } from '../../shared/v1/statuses.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Failed } from '../ui/Failed.tsx';
import { fullTime } from '../ui/formatTime.ts';
import { isOf } from '../ui/isOf.ts';
import { useLocale } from '../ui/useLocale.ts';
import { useSaving } from '../ui/useSaving.ts';
import { call, type NoticeFilter, noticesQuery } from './keysData.ts';
import styles from './NoticeLog.module.css';

export function NoticeLog({ keyId }: { keyId: string }) {
  const { t } = useTranslation();
  const [filter, setFilter] = useState<NoticeFilter>('all');
  const { data, error, refetch } = useQuery(noticesQuery(keyId, filter));
  return (
    <div className={styles.log}>
      <div className={styles.head}>
        <NativeSelect
          className={styles.filter}
          slotProps={{ select: { 'aria-label': t('apiKeys.notices.filter') } }}
          value={filter}
          onChange={(event) => setFilter(event.target.value as NoticeFilter)}
        >
          {(['all', ...noticeStates] as const).map((state) => (
            <option key={state} value={state}>
              {t(`apiKeys.notices.${state}`)}
            </option>
          ))}
        </NativeSelect>
        <Button mode="tertiary" onClick={() => void refetch()}>
          {t('apiKeys.notices.refresh')}
        </Button>
      </div>
      {!data && error && <Failed title={t('apiKeys.notices')} error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={60} aria-label={t('common.loading')} />}
      {data?.length === 0 && <p className={styles.faint}>{t('apiKeys.notices.empty')}</p>}
      {data && data.length > 0 && (
        <ul className={styles.lines}>
          {data.map((notice) => (
            <NoticeLine key={`${notice.messageId}-${notice.sequence}`} keyId={keyId} notice={notice} />
          ))}
        </ul>
      )}
    </div>
  );
}

function NoticeLine({ keyId, notice }: { keyId: string; notice: StatusNoticeView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const queries = useQueryClient();
  const { isSaving, problem, save } = useSaving();
  const last = notice.log.at(-1);
  const statusLabel = isOf(serviceStatuses, notice.status)
    ? t(`service.status.${notice.status}`)
    : notice.status;
  const postAgain = () =>
    save(async () => {
      const { messageId, sequence } = notice;
      await call('sendNoticeAgain', { params: { keyId }, body: { messageId, sequence } });
      await queries.invalidateQueries({ queryKey: ['settings', 'apiKeys', keyId, 'notices'] });
    });
  return (
    <li className={styles.line} data-state={notice.state}>
      <div className={styles.what}>
        <div>
          {statusLabel} · {t(`apiKeys.notices.${notice.state}`)}
        </div>
        <div className={styles.faint}>
          {fullTime(notice.at, locale)} ·{' '}
          <Link to="/deliveries/$messageId" params={{ messageId: notice.messageId }} className={styles.link}>
            <code>{notice.messageId}</code>
          </Link>{' '}
          · {notice.url}
        </div>
        {last?.problem && (
          <div className={styles.problem}>
            {t('apiKeys.notices.problem', {
              problem: isOf(noticeProblems, last.problem)
                ? t(`apiKeys.notices.why.${last.problem}`, { status: last.httpStatus ?? '' })
                : t('apiKeys.notices.why.network', { code: last.problem }),
              attempts: notice.attempts,
            })}
          </div>
        )}
        {problem && (
          <div role="alert" className={styles.problem}>
            {t('actions.failed', { reason: problem })}
          </div>
        )}
      </div>
      {notice.state !== 'waiting' && (
        <Button mode="tertiary" loading={isSaving} onClick={() => void postAgain()}>
          {t('apiKeys.notices.again')}
        </Button>
      )}
    </li>
  );
}
