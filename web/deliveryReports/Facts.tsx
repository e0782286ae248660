/** A message's content, its sender, and the tries in each network (N24, fallback to the next one). */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { DeliveryDetail } from '../../shared/schemas/delivery.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import box from '../ui/Box.module.css';
import { useLocale } from '../ui/useLocale.ts';
import styles from './DeliveryPage.module.css';

export function Facts({ delivery }: { delivery: DeliveryDetail }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const moment = (iso: string) => new Date(iso).toLocaleString(locale);
  const { template, templateId, templateVersion: version, sendAt, clientMessageId, variables } = delivery;
  const filled = Object.entries(variables);
  return (
    <>
      <section className={box.box} aria-label={t('deliveries.one.facts')}>
        <h2 className={box.heading}>{t('deliveries.one.facts')}</h2>
        <dl className={styles.facts}>
          <Fact name={t('deliveries.one.template')}>
            <Link to="/templates/$templateId" params={{ templateId }} className={styles.link}>
              {t('deliveries.one.version', { template, version })}
            </Link>
          </Fact>
          <Fact name={t('deliveries.one.sender')}>
            <SenderName sender={delivery.sender} />
          </Fact>
          <Fact name={t('deliveries.one.accepted')}>{moment(delivery.acceptedAt)}</Fact>
          {sendAt && <Fact name={t('deliveries.one.sendAt')}>{moment(sendAt)}</Fact>}
          <Fact name={t('deliveries.one.expires')}>{moment(delivery.expiresAt)}</Fact>
          {clientMessageId && <Fact name={t('deliveries.one.clientMessageId')}>{clientMessageId}</Fact>}
          <Fact name={t('deliveries.one.policy')}>{t(`deliveries.policy.${delivery.deliveryPolicy}`)}</Fact>
          <Fact name={t('deliveries.one.route')}>
            {delivery.route.map((network) => t(`network.${network}`)).join(' → ')}
          </Fact>
          {delivery.attempts > 0 && <Fact name={t('deliveries.one.attempts')}>{delivery.attempts}</Fact>}
          {filled.length > 0 && (
            <Fact name={t('deliveries.one.variables')}>
              {filled.map(([name, value]) => (
                <div key={name}>
                  <code>{`{${name}}`}</code> <bdi>{value}</bdi>
                </div>
              ))}
            </Fact>
          )}
        </dl>
      </section>
      <section className={box.box} aria-label={t('deliveries.one.tries')}>
        <h2 className={box.heading}>{t('deliveries.one.tries')}</h2>
        <ol className={styles.lines}>
          {delivery.tries.map(({ network, communityName, startedAt, externalId, isSkipped }) => (
            <li key={`${network} ${startedAt}`} className={styles.line}>
              <time className={styles.faint} dateTime={startedAt}>
                {moment(startedAt)}
              </time>
              <div>
                <div>{[t(`network.${network}`), communityName].filter(Boolean).join(' · ')}</div>
                <div className={styles.faint}>
                  {isSkipped && t('deliveries.one.skipped')}
                  {externalId && t('deliveries.one.externalId', { id: externalId })}
                </div>
              </div>
            </li>
          ))}
        </ol>
      </section>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function SenderName({ sender: { kind, id, name } }: { sender: DeliveryDetail['sender'] }) {
  const { t } = useTranslation();
  const label = t(`deliveries.sender.${kind}`, { name: name ?? t('deliveries.sender.gone') });
  if (kind !== 'mailing' || name === null) return label;
  return (
    <Link to="/mailings/$mailingId" params={{ mailingId: id }} className={styles.link}>
      {label}
    </Link>
  );
}
