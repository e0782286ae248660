/** For administrators: API keys of the company's own systems, and their status webhooks. */
import { useQuery } from '@tanstack/react-query';
import { Button, Placeholder, Skeleton } from '@vkontakte/vkui';
import { useState } from 'react';
import type { ApiKeySecrets } from '../../shared/schemas/apiKey.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { SettingsPage } from '../settings/SettingsPage.tsx';
import { Failed } from '../ui/Failed.tsx';
import { KeyCard } from './KeyCard.tsx';
import styles from './KeysPage.module.css';
import { keysQuery } from './keysData.ts';
import { MakeKeyDialog } from './MakeKeyDialog.tsx';
import { SecretsDialog } from './SecretsDialog.tsx';

export function KeysPage() {
  const { t } = useTranslation();
  const { me } = useDeskData();
  const [isMaking, setIsMaking] = useState(false);
  // Stored nowhere else: when the dialog closes, the secret is lost.
  const [made, setMade] = useState<ApiKeySecrets | null>(null);
  const { data, error, refetch } = useQuery({ ...keysQuery, enabled: me.role === 'administrator' });
  return (
    <SettingsPage
      title={t('apiKeys.title')}
      action={<Button onClick={() => setIsMaking(true)}>{t('apiKeys.add')}</Button>}
    >
      <p className={styles.about}>
        {t('apiKeys.about')}{' '}
        <a href="/api/v1/docs" target="_blank" rel="noreferrer" className={styles.link}>
          {t('apiKeys.docs')}
        </a>
      </p>
      {!data && error && <Failed title={t('apiKeys.failed')} error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={180} borderRadius={12} aria-label={t('common.loading')} />}
      {data?.length === 0 && <Placeholder title={t('apiKeys.empty')} />}
      {data?.map((key) => (
        <KeyCard key={key.id} held={key} onMade={setMade} />
      ))}
      {isMaking && (
        <MakeKeyDialog
          onClose={() => setIsMaking(false)}
          onMade={(secrets) => {
            setIsMaking(false);
            setMade(secrets);
          }}
        />
      )}
      {made && <SecretsDialog made={made} onClose={() => setMade(null)} />}
    </SettingsPage>
  );
}
