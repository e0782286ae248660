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
  const { state, since, stopReason, networkCode } = connection;
  return (
    <div className={styles.state} data-state={state}>
      {t(`connection.${state}`, { time: momentNear(since, now, locale) })}
      {state === 'stopped' && stopReason && <div>{t(`banner.stopped.${stopReason}`)}</div>}
      {networkCode !== null && (
        <div className={styles.code}>{t('communities.networkCode', { code: networkCode })}</div>
      )}
    </div>
  );
}
