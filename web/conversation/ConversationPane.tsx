/** The middle pane: header with actions, thread, composer. */
import { useEffect, useRef, useState } from 'react';
import type { MessageView } from '../../shared/schemas/message.ts';
import { Composer } from '../composer/Composer.tsx';
import { useQuoted } from '../composer/useDraft.ts';
import { useDesk } from '../desk/DeskContext.tsx';
import { useDeskData } from '../desk/useDeskData.ts';
import { useThread } from '../desk/useThread.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { failureCodeOf } from '../ui/apiError.ts';
import { Failed } from '../ui/Failed.tsx';
import { ConversationHeader } from './ConversationHeader.tsx';
import styles from './ConversationPane.module.css';
import { Thread } from './Thread.tsx';
import { ThreadSkeleton } from './ThreadSkeleton.tsx';

export interface ConversationPaneProps {
  conversationId: string;
  isClientShown: boolean;
  onToggleClient: () => void;
}

export function ConversationPane({ conversationId, isClientShown, onToggleClient }: ConversationPaneProps) {
  const { t } = useTranslation();
  const { connection } = useDesk();
  const { marksRead } = useDeskData().me;
  const { data: thread, error, refetch } = useThread(conversationId);
  const { quoted, setQuoted } = useQuoted(conversationId);
  const seenSeq = useRef(0);
  const [unseenAfter, setUnseenAfter] = useState<{ seq: number } | null>(null);

  useEffect(() => {
    // A supervisor who only reads is not shown to colleagues as one who is about to answer.
    connection.showThread(conversationId, !marksRead);
    return () => connection.showThread(null);
  }, [connection, conversationId, marksRead]);

  const quote = (message: MessageView) => {
    setQuoted({
      messageId: message.id,
      authorName: message.author.name,
      isByClient: message.kind === 'reply',
      text: message.text,
      attachmentKinds: message.attachments.map((attachment) => attachment.kind),
    });
    focusComposer();
  };

  return (
    <main className={styles.pane} aria-label={t('thread.label')}>
      {thread && (
        <>
          <ConversationHeader
            conversation={thread.row}
            isClientShown={isClientShown}
            onToggleClient={onToggleClient}
            seenSeq={seenSeq}
            onNewerReply={(seq) => setUnseenAfter({ seq })}
          />
          <Thread thread={thread} seenSeq={seenSeq} unseenAfter={unseenAfter} onQuote={quote} />
          <Composer
            conversation={thread.row}
            messages={thread.messages}
            quoted={quoted}
            seenSeq={seenSeq}
            onQuoteDone={() => setQuoted(null)}
          />
        </>
      )}
      {!thread && error && (
        <Failed
          title={t(failureCodeOf(error) === 'conversationNotFound' ? 'thread.notFound' : 'thread.failed')}
          error={error}
          onRetry={() => void refetch()}
        />
      )}
      {!thread && !error && <ThreadSkeleton />}
    </main>
  );
}

function focusComposer(): void {
  document.getElementById('composer-text')?.focus();
}
