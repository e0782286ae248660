/** The sections of the card that only supervisors see: agents never load them. */
import type { ConversationEventsProps } from '../history/ConversationEvents.tsx';
import { lazySection } from '../ui/lazySection.tsx';
import type { TranscriptSectionProps } from './TranscriptSection.tsx';

export const EventsPanel = lazySection<ConversationEventsProps>(['history'], () =>
  import('../history/ConversationEvents.tsx').then((module) => module.ConversationEvents),
);
export const TranscriptSection = lazySection<TranscriptSectionProps>(['transcripts'], () =>
  import('./TranscriptSection.tsx').then((module) => module.TranscriptSection),
);
