/** Shows, adds and removes a conversation's labels. */
import { Icon12Cancel } from '@vkontakte/icons';
import { type FormEvent, useState } from 'react';
import { limits } from '../../shared/limits.ts';
import type { ConversationRow } from '../../shared/schemas/conversation.ts';
import { useConversationActions } from '../desk/conversationActions.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { useNotices } from '../ui/notices.ts';
import styles from './LabelEditor.module.css';

export function LabelEditor({ conversation }: { conversation: ConversationRow }) {
  const { t } = useTranslation();
  const notices = useNotices();
  const { setLabels } = useConversationActions(conversation.id);
  const [typed, setTyped] = useState('');

  const add = (event: FormEvent) => {
    event.preventDefault();
    const label = typed.trim();
    if (label === '') return;
    if (conversation.labels.length >= limits.labelsPerConversation) {
      notices.show(t('labels.tooMany', { max: limits.labelsPerConversation }));
      return;
    }
    setTyped('');
    if (!conversation.labels.includes(label)) setLabels([...conversation.labels, label]);
  };

  return (
    <section>
      <h3 className={styles.title}>{t('labels.title')}</h3>
      <ul className={styles.labels}>
        {conversation.labels.map((label) => (
          <li key={label} className={styles.label}>
            <bdi className={styles.text}>{label}</bdi>
            <button
              type="button"
              className={styles.remove}
              aria-label={t('labels.remove', { label })}
              onClick={() => setLabels(conversation.labels.filter((other) => other !== label))}
            >
              <Icon12Cancel aria-hidden />
            </button>
          </li>
        ))}
      </ul>
      <form onSubmit={add}>
        <input
          className={styles.input}
          value={typed}
          maxLength={limits.labelChars}
          placeholder={t('labels.placeholder')}
          aria-label={t('labels.placeholder')}
          enterKeyHint="done"
          onChange={(event) => setTyped(event.target.value)}
        />
      </form>
    </section>
  );
}
