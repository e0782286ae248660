/** Connects a community by its access key; the desk asks the network whose key it is. */
import { useQueryClient } from '@tanstack/react-query';
import { Button, FormItem, Input } from '@vkontakte/vkui';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../connection/call.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { useSaving } from './useSaving.ts';
import { storeCommunity } from './useSettingsData.ts';

export function ConnectCommunityDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { isSaving, problem, save } = useSaving();
  const [token, setToken] = useState('');
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    const isConnected = await save(async () => {
      storeCommunity(queries, await call('connectCommunity', { body: { network: 'vk', token } }));
    });
    if (isConnected) onClose();
  };
  return (
    <Dialog title={t('communities.add')} onClose={onClose}>
      <form onSubmit={onSubmit}>
        <FormItem
          noPadding
          top={t('communities.token')}
          htmlFor="new-community-token"
          status={problem ? 'error' : 'default'}
          bottom={problem ?? t('communities.token.hint')}
        >
          <Input
            id="new-community-token"
            type="password"
            autoComplete="off"
            required
            value={token}
            onChange={(event) => setToken(event.target.value)}
          />
        </FormItem>
        <Button type="submit" size="l" stretched loading={isSaving} style={{ marginTop: 16 }}>
          {t('communities.connect')}
        </Button>
      </form>
    </Dialog>
  );
}
