/** Shown in place of the thread while no conversation is chosen. */
import { Icon56MessagesOutline } from '@vkontakte/icons';
import { Placeholder, VisuallyHidden } from '@vkontakte/vkui';
import { useTranslation } from '../i18n/useTranslation.ts';
import styles from './ConversationPane.module.css';

export function NoConversation() {
  const { t } = useTranslation();
  return (
    <main className={styles.pane}>
      <VisuallyHidden Component="h1">{t('nav.inbox')}</VisuallyHidden>
      <Placeholder stretched icon={<Icon56MessagesOutline aria-hidden />} title={t('thread.none')}>
        {t('thread.none.hint')}
      </Placeholder>
    </main>
  );
}
