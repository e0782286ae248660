/** The network of a person, in the corner of their picture. */
import { Icon20LogoOkOutline, Icon24LogoVkColor } from '@vkontakte/icons';
import { VisuallyHidden } from '@vkontakte/vkui';
import type { Network } from '../../shared/schemas/common.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import styles from './NetworkBadge.module.css';

export function NetworkBadge({ network }: { network: Network }) {
  const { t } = useTranslation();
  return (
    <span className={styles.badge} data-network={network} title={t(`network.${network}`)}>
      {network === 'vk' ? (
        <Icon24LogoVkColor width={16} height={16} aria-hidden />
      ) : (
        <Icon20LogoOkOutline width={14} height={14} aria-hidden />
      )}
      <VisuallyHidden>{t(`network.${network}`)}</VisuallyHidden>
    </span>
  );
}
