/** For administrators: the connected communities and their connection states. */
import { useQuery } from '@tanstack/react-query';
import { Button, Placeholder, Skeleton } from '@vkontakte/vkui';
import { useState } from 'react';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Failed } from '../ui/Failed.tsx';
import { CommunityCard } from './CommunityCard.tsx';
import { ConnectCommunityDialog } from './ConnectCommunityDialog.tsx';
import { DeadLetters } from './deadLetters/DeadLetters.tsx';
import { SettingsPage } from './SettingsPage.tsx';
import { communitiesQuery } from './settingsData.ts';

export function CommunitiesPage() {
  const { t } = useTranslation();
  const { me } = useDeskData();
  const [isConnecting, setIsConnecting] = useState(false);
  const { data, error, refetch } = useQuery({ ...communitiesQuery, enabled: me.role === 'administrator' });
  return (
    <SettingsPage
      title={t('communities.title')}
      action={<Button onClick={() => setIsConnecting(true)}>{t('communities.add')}</Button>}
    >
      {!data && error && (
        <Failed title={t('communities.failed')} error={error} onRetry={() => void refetch()} />
      )}
      {!data && !error && <Skeleton height={180} borderRadius={12} aria-label={t('common.loading')} />}
      {data?.length === 0 && <Placeholder title={t('communities.empty')} />}
      {data?.map((community) => (
        <CommunityCard key={community.id} settings={community} />
      ))}
      {me.role === 'administrator' && <DeadLetters />}
      {isConnecting && <ConnectCommunityDialog onClose={() => setIsConnecting(false)} />}
    </SettingsPage>
  );
}
