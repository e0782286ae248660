/** In a community's card: its gateway, with buttons to set, change and remove it, and a warning when it stopped. */
import { useQuery } from '@tanstack/react-query';
import { Button, Skeleton } from '@vkontakte/vkui';
import { useState } from 'react';
import type { GatewaySettingsView } from '../../../shared/schemas/gateway.ts';
import { useTranslation } from '../../i18n/useTranslation.ts';
import { CopyField } from '../../ui/CopyField.tsx';
import { momentNear } from '../../ui/formatTime.ts';
import { useErrorMessages } from '../../ui/useErrorMessages.ts';
import { useLocale, useNow } from '../../ui/useLocale.ts';
import { GatewayDialog } from './GatewayDialog.tsx';
import styles from './GatewaySection.module.css';
import { gatewayQuery } from './gatewayData.ts';
import { RemoveGatewayDialog } from './RemoveGatewayDialog.tsx';

export interface GatewaySectionProps {
  communityId: string;
  /** Names the community in labels for screen readers. */
  communityName: string;
}

export function GatewaySection({ communityId, communityName }: GatewaySectionProps) {
  const { t } = useTranslation();
  const messageOf = useErrorMessages();
  const [open, setOpen] = useState<'settings' | 'remove' | null>(null);
  const { data: gateway, error, refetch } = useQuery(gatewayQuery(communityId));
  const close = () => setOpen(null);
  return (
    <section className={styles.gateway} aria-label={`${t('gateway.title')}: ${communityName}`}>
      <h3 className={styles.heading}>{t('gateway.title')}</h3>
      {gateway === undefined && error && (
        <p role="alert" className={styles.stopped}>
          {t('actions.failed', { reason: messageOf(error) })}{' '}
          <Button mode="tertiary" onClick={() => void refetch()}>
            {t('common.retry')}
          </Button>
        </p>
      )}
      {gateway === undefined && !error && (
        <Skeleton height={48} borderRadius={8} aria-label={t('common.loading')} />
      )}
      {gateway === null && <p className={styles.about}>{t('gateway.none')}</p>}
      {gateway && <GatewayFacts gateway={gateway} />}
      {gateway !== undefined && (
        <div className={styles.actions}>
          <Button mode="secondary" onClick={() => setOpen('settings')}>
            {t(gateway ? 'gateway.change' : 'gateway.set')}
          </Button>
          {gateway && (
            <Button mode="secondary" appearance="negative" onClick={() => setOpen('remove')}>
              {t('gateway.remove')}
            </Button>
          )}
        </div>
      )}
      {gateway !== undefined && open === 'settings' && (
        <GatewayDialog communityId={communityId} held={gateway} onClose={close} />
      )}
      {open === 'remove' && <RemoveGatewayDialog communityId={communityId} onClose={close} />}
    </section>
  );
}

function GatewayFacts({ gateway }: { gateway: GatewaySettingsView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const now = useNow();
  const { baseUrl, service, credentialsKind, stopped, statusUrl } = gateway;
  return (
    <>
      {stopped ? (
        <p role="alert" className={styles.stopped}>
          {t('gateway.stopped', { time: momentNear(stopped.since, now, locale) })}
          {stopped.networkCode !== null && ` ${t('gateway.stopped.code', { code: stopped.networkCode })}`}{' '}
          {t('gateway.stopped.fix')}
        </p>
      ) : (
        <p className={styles.works}>{t('gateway.works')}</p>
      )}
      <dl className={styles.facts}>
        <dt>{t('gateway.baseUrl')}</dt>
        <dd>{baseUrl}</dd>
        <dt>{t('gateway.service')}</dt>
        <dd>{service}</dd>
        <dt>{t('gateway.credentials')}</dt>
        <dd>{t(`gateway.credentials.${credentialsKind}`)}</dd>
      </dl>
      <CopyField label={t('gateway.statusUrl')} value={statusUrl} hint={t('gateway.statusUrl.hint')} />
    </>
  );
}
