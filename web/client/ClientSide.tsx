/** The right pane, loaded while the browser is idle after the inbox is drawn, or when a conversation is opened. */
import { useTranslation } from '../i18n/useTranslation.ts';
import { lazyPart } from '../ui/lazyPart.ts';
import { NotLoaded } from '../ui/NotLoaded.tsx';
import { CardSkeleton } from './CardSkeleton.tsx';
import styles from './ClientPane.module.css';
import type { ClientPaneProps } from './ClientPane.tsx';

export const clientPane = lazyPart<ClientPaneProps>([], () =>
  import('./ClientPane.tsx').then((module) => module.ClientPane),
);

export function ClientSide(props: ClientPaneProps) {
  const { t } = useTranslation();
  const part = clientPane.usePart();
  if (part.phase === 'ready') return <part.Part {...props} />;
  return (
    <aside className={styles.pane} aria-label={t('client.label')}>
      {part.phase === 'failed' ? <NotLoaded onRetry={part.retry} /> : <CardSkeleton hasHead={false} />}
    </aside>
  );
}
