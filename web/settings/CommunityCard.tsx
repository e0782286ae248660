/** One community's settings: its state with advice, the access key, and the intake. */
import { useQueryClient } from '@tanstack/react-query';
import { Button, Checkbox, FormItem, Input } from '@vkontakte/vkui';
import { type FormEvent, useState } from 'react';
import type { z } from 'zod';
import type { CommunitySettings, communityPatch } from '../../shared/schemas/community.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Face } from '../ui/Face.tsx';
import { NetworkBadge } from '../ui/NetworkBadge.tsx';
import { useSaving } from '../ui/useSaving.ts';
import styles from './CommunityCard.module.css';
import { CommunityState } from './CommunityState.tsx';
import { GatewaySection } from './gateway/GatewaySection.tsx';
import { RatingSection } from './RatingSection.tsx';
import { call, storeCommunity } from './settingsData.ts';
import { WebhookAddress } from './WebhookAddress.tsx';

export function CommunityCard({ settings }: { settings: CommunitySettings }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { communities } = useDeskData();
  const { isSaving, problem, save } = useSaving();
  const [isChangingToken, setIsChangingToken] = useState(false);
  // Events update the connection state; the other fields stay as they were read.
  const connection =
    communities.find((community) => community.id === settings.id)?.connection ?? settings.connection;
  const isOk = settings.network === 'ok';
  const isDisabled = connection.state === 'disabled';

  const change = (body: z.infer<typeof communityPatch>) =>
    save(async () => {
      const changed = await call('changeCommunity', { params: { communityId: settings.id }, body });
      storeCommunity(queries, changed);
    });

  return (
    <section className={styles.card} aria-label={`${settings.name}, ${t(`network.${settings.network}`)}`}>
      <header className={styles.header}>
        <span className={styles.face}>
          <Face id={settings.id} name={settings.name} avatarUrl={settings.avatarUrl} sizePx={48} />
          <NetworkBadge network={settings.network} />
        </span>
        <div className={styles.names}>
          <h2 className={styles.name}>{settings.name}</h2>
          <CommunityState connection={connection} />
        </div>
        <Button
          mode="secondary"
          {...(isDisabled ? {} : { appearance: 'negative' as const })}
          loading={isSaving}
          onClick={() => void change({ isEnabled: isDisabled })}
        >
          {t(isDisabled ? 'communities.enable' : 'communities.disable')}
        </Button>
      </header>
      {problem && (
        <p role="alert" className={styles.problem}>
          {t('actions.failed', { reason: problem })}
        </p>
      )}
      {isOk ? (
        <p className={styles.about}>{t('communities.okIntake')}</p>
      ) : (
        <>
          <fieldset className={styles.intake}>
            <legend className={styles.legend}>{t('communities.intake')}</legend>
            {(['longPoll', 'webhook'] as const).map((way) => (
              <Checkbox
                key={way}
                checked={settings.intake[way]}
                disabled={isSaving}
                onChange={(event) =>
                  void change({ intake: { ...settings.intake, [way]: event.target.checked } })
                }
              >
                {t(`communities.${way}`)}
              </Checkbox>
            ))}
          </fieldset>
          <WebhookAddress url={settings.webhookUrl} />
        </>
      )}
      <RatingSection settings={settings} isSaving={isSaving} onChange={change} />
      {isChangingToken || connection.state === 'stopped' ? (
        <TokenForm
          isSaving={isSaving}
          onSave={async (token) => {
            if (await change({ token })) setIsChangingToken(false);
          }}
        />
      ) : (
        <Button mode="secondary" className={styles.change} onClick={() => setIsChangingToken(true)}>
          {t('communities.changeToken')}
        </Button>
      )}
      <GatewaySection
        communityId={settings.id}
        communityName={`${settings.name}, ${t(`network.${settings.network}`)}`}
      />
    </section>
  );
}

function TokenForm({ isSaving, onSave }: { isSaving: boolean; onSave: (token: string) => Promise<void> }) {
  const { t } = useTranslation();
  const [token, setToken] = useState('');
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (token.trim() !== '') void onSave(token.trim());
  };
  return (
    <form onSubmit={onSubmit} className={styles.token}>
      <FormItem noPadding className={styles.tokenField}>
        <Input
          type="password"
          autoComplete="off"
          value={token}
          placeholder={t('communities.token')}
          slotProps={{ input: { 'aria-label': t('communities.token') } }}
          onChange={(event) => setToken(event.target.value)}
        />
      </FormItem>
      <Button type="submit" size="l" loading={isSaving} disabled={token.trim() === ''}>
        {t('communities.changeToken')}
      </Button>
    </form>
  );
}
