/** The head of the card: picture and name. */

import type { ConversationRow } from '../../shared/schemas/conversation.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Face } from '../ui/Face.tsx';
import styles from './ClientPane.module.css';

export function ClientHead({ row }: { row: ConversationRow }) {
  const { t } = useTranslation();
  return (
    <header className={styles.head}>
      <Face id={row.client.id} name={row.client.name} avatarUrl={row.client.avatarUrl} sizePx={80} />
      <h2 className={styles.name}>
        <bdi>{row.isErased ? t('client.erased') : row.client.name}</bdi>
      </h2>
    </header>
  );
}
