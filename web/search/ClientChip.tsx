/** The client whose conversations are searched, by name; pressed, it gives way to all clients. */
import { useQuery } from '@tanstack/react-query';
import { Icon16Cancel } from '@vkontakte/icons';
import { clientCard } from '../desk/clientCard.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import styles from './SearchPage.module.css';

export interface ClientChipProps {
  clientId: string;
  onDrop: () => void;
}

export function ClientChip({ clientId, onDrop }: ClientChipProps) {
  const { t } = useTranslation();
  const { data, error } = useQuery(clientCard(clientId));
  // An erased client, or one whose conversations this person may not see, has no name here.
  const name = data?.client.name ?? (error ? t('search.client.unknown') : '…');
  return (
    <button type="button" className={styles.chip} title={t('search.client.drop')} onClick={onDrop}>
      <span className={styles.chipText}>{t('search.client', { name })}</span>
      <Icon16Cancel aria-hidden />
    </button>
  );
}
