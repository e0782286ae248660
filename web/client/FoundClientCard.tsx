/** Another client, with enough data to recognise them. */

import type { FoundClient } from '../../shared/schemas/client.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Face } from '../ui/Face.tsx';
import { shortAddress } from '../ui/links.ts';
import styles from './ClientDialogs.module.css';

export function FoundClientCard({ found }: { found: FoundClient }) {
  const { t } = useTranslation();
  return (
    <span className={styles.found}>
      <Face id={found.id} name={found.name} avatarUrl={found.avatarUrl} sizePx={40} />
      <span className={styles.foundText}>
        <bdi className={styles.foundName}>{found.name}</bdi>
        {found.bonds.map((bond) => (
          <span key={`${bond.network}-${bond.externalUserId}`} className={styles.faint}>
            {t(`network.${bond.network}`)} · {shortAddress(bond.profileUrl) ?? bond.externalUserId}
          </span>
        ))}
        <span className={styles.faint}>{found.phone ?? t('client.find.noPhone')}</span>
      </span>
    </span>
  );
}
