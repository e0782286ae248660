/** Sets a community's gateway. Stored secrets are never shown; an empty field keeps the stored one. */
import { useQueryClient } from '@tanstack/react-query';
import { Button, FormItem, FormStatus, Input, NativeSelect } from '@vkontakte/vkui';
import { type FormEvent, useId, useState } from 'react';
import type { GatewaySettingsEdit, GatewaySettingsView } from '../../../shared/schemas/gateway.ts';
import { useTranslation } from '../../i18n/useTranslation.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { useSaving } from '../../ui/useSaving.ts';
import styles from './GatewaySection.module.css';
import { call, gatewayQuery } from './gatewayData.ts';

type CredentialsChoice = 'keep' | 'key' | 'oauth1';

export interface GatewayDialogProps {
  communityId: string;
  held: GatewaySettingsView | null;
  onClose: () => void;
}

/** HTTPS, or loopback: the same check as on the server, before the request. */
const ALLOWED_ADDRESS = /^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1|\[::1\])([:/]|$))/i;

export function GatewayDialog({ communityId, held, onClose }: GatewayDialogProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const id = useId();
  const { isSaving, problem, save } = useSaving();
  const [choice, setChoice] = useState<CredentialsChoice>(held ? 'keep' : 'key');
  const [isAddressWrong, setIsAddressWrong] = useState(false);

  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const body = readEdit(event.currentTarget, choice);
    const isWrong = !ALLOWED_ADDRESS.test(body.baseUrl);
    setIsAddressWrong(isWrong);
    if (isWrong) return;
    const isDone = await save(async () => {
      const { gateway } = await call('changeGateway', { params: { communityId }, body });
      queries.setQueryData(gatewayQuery(communityId).queryKey, gateway);
    });
    if (isDone) onClose();
  };

  return (
    <Dialog title={t('gateway.title')} onClose={onClose}>
      <form onSubmit={(event) => void onSubmit(event)} className={styles.form}>
        {problem && <FormStatus mode="error" title={t('actions.failed', { reason: problem })} />}
        <FormItem
          noPadding
          top={t('gateway.baseUrl')}
          htmlFor={`${id}-url`}
          status={isAddressWrong ? 'error' : 'default'}
          bottom={isAddressWrong ? t('gateway.baseUrl.wrong') : undefined}
        >
          <Input
            id={`${id}-url`}
            name="baseUrl"
            type="url"
            required
            maxLength={500}
            placeholder="https://"
            defaultValue={held?.baseUrl ?? ''}
            onChange={() => setIsAddressWrong(false)}
          />
        </FormItem>
        <FormItem
          noPadding
          top={t('gateway.service')}
          htmlFor={`${id}-service`}
          bottom={t('gateway.service.hint')}
        >
          <Input
            id={`${id}-service`}
            name="service"
            required
            maxLength={100}
            autoComplete="off"
            defaultValue={held?.service ?? ''}
          />
        </FormItem>
        <FormItem noPadding top={t('gateway.credentials')} htmlFor={`${id}-kind`}>
          <NativeSelect
            id={`${id}-kind`}
            value={choice}
            onChange={(event) => setChoice(event.target.value as CredentialsChoice)}
          >
            {held && <option value="keep">{t('gateway.credentials.keep')}</option>}
            <option value="key">{t('gateway.credentials.key')}</option>
            <option value="oauth1">{t('gateway.credentials.oauth1')}</option>
          </NativeSelect>
        </FormItem>
        {choice === 'key' && <SecretField name="key" label={t('gateway.key')} isRequired />}
        {choice === 'oauth1' && (
          <>
            <SecretField name="consumerKey" label="oauth_consumer_key" isRequired />
            <SecretField name="consumerSecret" label="oauth_consumer_secret" isRequired />
          </>
        )}
        <SecretField
          name="statusSecret"
          label={t('gateway.statusSecret')}
          hint={t(held ? 'gateway.statusSecret.keep' : 'gateway.statusSecret.hint')}
          isRequired={held === null}
          minLength={8}
        />
        <Button type="submit" size="l" stretched loading={isSaving}>
          {t('common.save')}
        </Button>
      </form>
    </Dialog>
  );
}

interface SecretFieldProps {
  name: string;
  label: string;
  isRequired: boolean;
  hint?: string;
  minLength?: number;
}

function SecretField({ name, label, isRequired, hint, minLength }: SecretFieldProps) {
  const id = useId();
  return (
    <FormItem noPadding top={label} htmlFor={id} bottom={hint}>
      <Input
        id={id}
        name={name}
        type="password"
        autoComplete="off"
        required={isRequired}
        maxLength={512}
        {...(minLength === undefined ? {} : { minLength })}
      />
    </FormItem>
  );
}

function readEdit(form: HTMLFormElement, choice: CredentialsChoice): GatewaySettingsEdit {
  const data = new FormData(form);
  const text = (name: string) => String(data.get(name) ?? '').trim();
  const statusSecret = text('statusSecret');
  return {
    baseUrl: text('baseUrl'),
    service: text('service'),
    ...(choice === 'key' ? { credentials: { kind: 'key', key: text('key') } } : {}),
    ...(choice === 'oauth1'
      ? {
          credentials: {
            kind: 'oauth1',
            consumerKey: text('consumerKey'),
            consumerSecret: text('consumerSecret'),
          },
        }
      : {}),
    ...(statusSecret === '' ? {} : { statusSecret }),
  };
}
