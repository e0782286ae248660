/** The client's phone: when it was confirmed (N23), how it was bonded, and buttons to bond and unbond. */
import { Icon16ErrorCircleOutline } from '@vkontakte/icons';
import { Button } from '@vkontakte/vkui';
import { useRef } from 'react';
import { limits } from '../../shared/limits.ts';
import type { ClientView } from '../../shared/schemas/client.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { shortDate } from '../ui/formatTime.ts';
import { useLocale, useNow } from '../ui/useLocale.ts';
import { useReturningDialog } from '../ui/useReturningDialog.ts';
import styles from './ClientPane.module.css';
import { BondPhoneDialog, UnbondPhoneDialog } from './lazyDialogs.ts';
import { SectionTitle } from './SectionTitle.tsx';

export function PhoneSection({ client }: { client: ClientView }) {
  const { t } = useTranslation();
  const titleRef = useRef<HTMLHeadingElement>(null);
  const dialog = useReturningDialog<'bond' | 'unbond'>(() => titleRef.current);
  return (
    <section>
      <SectionTitle titleRef={titleRef}>{t('client.phone')}</SectionTitle>
      {client.phone === null ? (
        <p className={styles.faint}>{t('client.phone.none')}</p>
      ) : (
        <>
          <p className={styles.phone}>{client.phone}</p>
          <Confirmation at={client.phoneConfirmedAt} />
          <HowBonded bond={client.phoneBond} />
        </>
      )}
      <Button
        mode="link"
        size="s"
        className={styles.action}
        onClick={() => dialog.open(client.phone === null ? 'bond' : 'unbond')}
      >
        {t(client.phone === null ? 'client.bond' : 'client.unbond')}
      </Button>
      {dialog.shown === 'bond' && (
        <BondPhoneDialog client={client} onClose={dialog.close} onDone={dialog.done} />
      )}
      {dialog.shown === 'unbond' && client.phone !== null && (
        <UnbondPhoneDialog
          clientId={client.id}
          phone={client.phone}
          onClose={dialog.close}
          onDone={dialog.done}
        />
      )}
    </section>
  );
}

function Confirmation({ at }: { at: string | null }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const now = useNow();
  if (at === null) return <p className={styles.faint}>{t('client.phone.neverConfirmed')}</p>;
  const isOld = now.getTime() - Date.parse(at) > limits.phoneConfirmedForMs;
  return (
    <>
      <p className={styles.faint}>{t('client.phone.confirmed', { date: shortDate(at, locale) })}</p>
      {isOld && (
        <p className={styles.warning}>
          <Icon16ErrorCircleOutline aria-hidden />
          <span>{t('client.phone.confirmedLongAgo')}</span>
        </p>
      )}
    </>
  );
}

function HowBonded({ bond }: { bond: ClientView['phoneBond'] }) {
  const { t } = useTranslation();
  const locale = useLocale();
  if (!bond) return null;
  const how =
    bond.how === 'hand' && bond.personName !== null
      ? t('client.bondedByPerson', { name: bond.personName })
      : t(`client.bonded.${bond.how}`);
  return <p className={styles.faint}>{t('client.bondedAt', { date: shortDate(bond.at, locale), how })}</p>;
}
