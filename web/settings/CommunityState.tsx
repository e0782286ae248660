/** A community's connection state; when it is not live, the reason and what to do. */

import type { ConnectionView } from '../../shared/schemas/community.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { momentNear } from '../ui/formatTime.ts';
import { useLocale, useNow } from '../ui/useLocale.ts';
import styles from './CommunityState.module.css';

export function CommunityState({ connection }: { connection: ConnectionView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const now = useNow();
  const { state, since, stopReason, networkCode, nextTryAt, stalledSince } = connection;
  const isStalled = stalledSince !== null && state !== 'stopped' && state !== 'disabled';
  return (
    <div className={styles.state} data-state={isStalled ? 'offline' : state}>
      {t(`connection.${state}`, { time: momentNear(since, now, locale) })}
      {isStalled && (
        <>
          <div>{t('connection.stalled', { time: momentNear(stalledSince, now, locale) })}</div>
          <div className={styles.code}>{t('connection.stalled.why')}</div>
        </>
      )}
      {state === 'stopped' && stopReason && <div>{t(`banner.stopped.${stopReason}`)}</div>}
      {nextTryAt !== null && (
        <div className={styles.code}>
          {t('connection.nextTry', { time: momentNear(nextTryAt, now, locale) })}
        </div>
      )}
      {networkCode !== null && (
        <div className={styles.code}>{t('communities.networkCode', { code: networkCode })}</div>
      )}
    </div>
  );
}
