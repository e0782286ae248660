/** The client's other conversations, and the ways to their whole history and to a search in it. */
import { Link as RouterLink } from '@tanstack/react-router';
import type { ConversationRow } from '../../shared/schemas/conversation.ts';
import { useDeskData } from '../desk/useDeskData.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { listTime } from '../ui/formatTime.ts';
import { useLocale, useNow } from '../ui/useLocale.ts';
import styles from './ClientPane.module.css';

export interface ClientConversationsProps {
  clientId: string;
  rows: readonly ConversationRow[];
}

export function ClientConversations({ clientId, rows }: ClientConversationsProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const now = useNow();
  const { communities } = useDeskData();
  return (
    <section>
      <h3 className={styles.title}>{t('client.conversations')}</h3>
      {rows.length === 0 && <p className={styles.faint}>{t('client.conversations.none')}</p>}
      <ul className={styles.conversations}>
        {rows.map((conversation) => (
          <li key={conversation.id}>
            <RouterLink
              to="/conversations/$conversationId"
              params={{ conversationId: conversation.id }}
              search={true}
              className={styles.conversation}
            >
              <span>{communities.find((other) => other.id === conversation.communityId)?.name ?? '—'}</span>
              <span className={styles.faint}>
                {t(`status.${conversation.status}`)} · {listTime(conversation.lastActivityAt, now, locale)}
              </span>
            </RouterLink>
          </li>
        ))}
      </ul>
      <p className={styles.ways}>
        <RouterLink to="/clients/$clientId" params={{ clientId }} className={styles.link}>
          {t('client.timeline')}
        </RouterLink>
        <RouterLink to="/search" search={{ client: clientId }} className={styles.link}>
          {t('client.search')}
        </RouterLink>
      </p>
    </section>
  );
}
