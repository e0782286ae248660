/** The middle pane, loaded while the browser is idle after the inbox is drawn, or when a conversation is opened. */
import { useTranslation } from '../i18n/useTranslation.ts';
import { lazyPart } from '../ui/lazyPart.ts';
import { NotLoaded } from '../ui/NotLoaded.tsx';
import styles from './ConversationPane.module.css';
import type { ConversationPaneProps } from './ConversationPane.tsx';
import { ThreadSkeleton } from './ThreadSkeleton.tsx';

export const conversationPane = lazyPart<ConversationPaneProps>([], () =>
  import('./ConversationPane.tsx').then((module) => module.ConversationPane),
);

export function ConversationSide(props: ConversationPaneProps) {
  const { t } = useTranslation();
  const part = conversationPane.usePart();
  if (part.phase === 'ready') return <part.Part {...props} />;
  return (
    <main className={styles.pane} aria-label={t('thread.label')}>
      {part.phase === 'failed' ? <NotLoaded onRetry={part.retry} /> : <ThreadSkeleton />}
    </main>
  );
}
