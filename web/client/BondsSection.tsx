/** The client's pages in the networks with their dates, and the buttons that merge and split clients. */
import { Button, Link } from '@vkontakte/vkui';
import { useRef } from 'react';
import type { ClientView } from '../../shared/schemas/client.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { shortDate } from '../ui/formatTime.ts';
import { safeLink, shortAddress } from '../ui/links.ts';
import { useLocale } from '../ui/useLocale.ts';
import { useReturningDialog } from '../ui/useReturningDialog.ts';
import styles from './ClientPane.module.css';
import { DetachDialog, MergeDialog } from './lazyDialogs.ts';
import { SectionTitle } from './SectionTitle.tsx';

type Bond = ClientView['bonds'][number];

export function BondsSection({ client }: { client: ClientView }) {
  const { t } = useTranslation();
  const titleRef = useRef<HTMLHeadingElement>(null);
  const dialog = useReturningDialog<{ kind: 'merge' } | { kind: 'detach'; bond: Bond }>(
    () => titleRef.current,
  );
  const { shown } = dialog;
  return (
    <section>
      <SectionTitle titleRef={titleRef}>{t('client.bonds')}</SectionTitle>
      {client.bonds.length === 0 && <p className={styles.faint}>{t('client.bonds.none')}</p>}
      <ul className={styles.bonds}>
        {client.bonds.map((bond) => (
          <BondLine
            key={`${bond.network}-${bond.externalUserId}`}
            bond={bond}
            onDetach={() => dialog.open({ kind: 'detach', bond })}
          />
        ))}
      </ul>
      <Button mode="link" size="s" className={styles.action} onClick={() => dialog.open({ kind: 'merge' })}>
        {t('client.merge')}
      </Button>
      {shown?.kind === 'merge' && <MergeDialog client={client} onClose={dialog.close} onDone={dialog.done} />}
      {shown?.kind === 'detach' && (
        <DetachDialog clientId={client.id} bond={shown.bond} onClose={dialog.close} onDone={dialog.done} />
      )}
    </section>
  );
}

function BondLine({ bond, onDetach }: { bond: Bond; onDetach: () => void }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const href = safeLink(bond.profileUrl);
  const page = shortAddress(bond.profileUrl) ?? bond.externalUserId;
  return (
    <li className={styles.bond}>
      <span className={styles.faint}>{t(`network.${bond.network}`)}</span>
      <span className={styles.page}>
        {href ? (
          <Link href={href} target="_blank" rel="noopener noreferrer">
            {page}
          </Link>
        ) : (
          page
        )}
      </span>
      <span className={styles.faint}>
        {t(bond.isMerged ? 'client.bonds.mergedSince' : 'client.bonds.since', {
          date: shortDate(bond.bondedAt, locale),
        })}
      </span>
      {bond.isMerged && (
        <Button
          mode="link"
          size="s"
          className={styles.action}
          aria-label={`${t('client.detach')}: ${page}`}
          onClick={onDetach}
        >
          {t('client.detach')}
        </Button>
      )}
    </li>
  );
}
