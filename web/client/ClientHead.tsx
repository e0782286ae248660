/** The head of the card: picture and name. */

import type { ConversationRow } from '../../shared/schemas/conversation.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Face } from '../ui/Face.tsx';
import styles from './ClientPane.module.css';

export function ClientHead({ conversation }: { conversation: ConversationRow }) {
  const { t } = useTranslation();
  return (
    <header className={styles.head}>
      <Face
        id={conversation.client.id}
        name={conversation.client.name}
        avatarUrl={conversation.client.avatarUrl}
        sizePx={80}
      />
      <h2 className={styles.name}>
        <bdi>{conversation.isErased ? t('client.erased') : conversation.client.name}</bdi>
      </h2>
    </header>
  );
}
