/** The events of the conversation, loaded when a supervisor first opens them. */
import { Skeleton } from '@vkontakte/vkui';
import type { ConversationEventsProps } from '../history/ConversationEvents.tsx';
import { useTranslation } from '../i18n/useTranslation.ts';
import { lazyPart } from '../ui/lazyPart.ts';
import { NotLoaded } from '../ui/NotLoaded.tsx';

const { usePart } = lazyPart<ConversationEventsProps>(['history'], () =>
  import('../history/ConversationEvents.tsx').then((module) => module.ConversationEvents),
);

export function EventsPanel(props: ConversationEventsProps) {
  const { t } = useTranslation();
  const part = usePart();
  if (part.phase === 'ready') return <part.Part {...props} />;
  if (part.phase === 'failed') return <NotLoaded onRetry={part.retry} />;
  return <Skeleton height={120} borderRadius={12} aria-label={t('common.loading')} />;
}
