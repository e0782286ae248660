/** For supervisors: starts a transcript of the conversation, and leads to those that were started. */
import { Link } from '@tanstack/react-router';
import { Button } from '@vkontakte/vkui';
import { useState } from 'react';
import type { ConversationRow } from '../../shared/schemas/conversation.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { LazyTranscriptDialog } from '../transcripts/lazyTranscript.ts';
import styles from './ClientPane.module.css';

export interface TranscriptSectionProps {
  conversation: ConversationRow;
}

export function TranscriptSection({ conversation }: TranscriptSectionProps) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <section>
      <h3 className={styles.title}>{t('transcript.title')}</h3>
      <div className={styles.windows}>
        {!conversation.isErased && (
          <Button
            mode="secondary"
            size="m"
            stretched
            align="left"
            aria-haspopup="dialog"
            onClick={() => setIsOpen(true)}
          >
            {t('transcript.start')}
          </Button>
        )}
        <Link to="/transcripts" className={styles.link}>
          {t('transcript.all')}
        </Link>
      </div>
      {isOpen && (
        <LazyTranscriptDialog
          what={t('transcript.whole', { name: conversation.client.name })}
          of={{ conversationIds: [conversation.id] }}
          onClose={() => setIsOpen(false)}
        />
      )}
    </section>
  );
}
