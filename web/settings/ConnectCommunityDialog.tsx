/**
 * Connects a community by its access key. VK returns the key's community; OK does not, so its group is entered.
 */
import { useQueryClient } from '@tanstack/react-query';
import { Button, FormItem, Input, NativeSelect } from '@vkontakte/vkui';
import { type FormEvent, useState } from 'react';
import type { Network } from '../../shared/schemas/common.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { useSaving } from '../ui/useSaving.ts';
import styles from './ConnectCommunityDialog.module.css';
import { call, storeCommunity } from './settingsData.ts';

const networks: Network[] = ['vk', 'ok'];

export function ConnectCommunityDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { isSaving, problem, save } = useSaving();
  const [network, setNetwork] = useState<Network>('vk');
  const [token, setToken] = useState('');
  const [groupId, setGroupId] = useState('');
  const [name, setName] = useState('');
  const isOk = network === 'ok';
  const isGroupIdWrong = isOk && groupId.trim() !== '' && !/^[1-9]\d{0,18}$/.test(groupId.trim());
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    if (isGroupIdWrong) return;
    const isConnected = await save(async () => {
      const body = isOk
        ? { network: 'ok' as const, token, groupId: groupId.trim(), name: name.trim() }
        : { network: 'vk' as const, token };
      storeCommunity(queries, await call('connectCommunity', { body }));
    });
    if (isConnected) onClose();
  };
  return (
    <Dialog title={t('communities.add')} onClose={onClose}>
      <form onSubmit={onSubmit} className={styles.form}>
        <FormItem noPadding top={t('communities.network')} htmlFor="new-community-network">
          <NativeSelect
            id="new-community-network"
            value={network}
            onChange={(event) => setNetwork(event.target.value as Network)}
          >
            {networks.map((one) => (
              <option key={one} value={one}>
                {t(`network.${one}`)}
              </option>
            ))}
          </NativeSelect>
        </FormItem>
        {isOk && (
          <>
            <FormItem
              noPadding
              top={t('communities.groupId')}
              htmlFor="new-community-group"
              status={isGroupIdWrong ? 'error' : 'default'}
              bottom={t(isGroupIdWrong ? 'communities.groupId.wrong' : 'communities.groupId.hint')}
            >
              <Input
                id="new-community-group"
                inputMode="numeric"
                autoComplete="off"
                required
                value={groupId}
                onChange={(event) => setGroupId(event.target.value)}
              />
            </FormItem>
            <FormItem noPadding top={t('communities.groupName')} htmlFor="new-community-name">
              <Input
                id="new-community-name"
                autoComplete="off"
                required
                maxLength={200}
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
            </FormItem>
          </>
        )}
        <FormItem
          noPadding
          top={t('communities.token')}
          htmlFor="new-community-token"
          status={problem ? 'error' : 'default'}
          bottom={problem ?? t(isOk ? 'communities.token.hint.ok' : 'communities.token.hint')}
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
        <Button type="submit" size="l" stretched loading={isSaving}>
          {t('communities.connect')}
        </Button>
      </form>
    </Dialog>
  );
}
