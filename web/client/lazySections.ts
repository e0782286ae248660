/** The sections of the card that are loaded when they are first drawn: agents never load those of supervisors. */
import type { ConversationEventsProps } from '../history/ConversationEvents.tsx';
import type { QualityPanelProps } from '../quality/QualityPanel.tsx';
import { lazySection } from '../ui/lazySection.tsx';
import type { TranscriptSectionProps } from './TranscriptSection.tsx';

export const EventsPanel = lazySection<ConversationEventsProps>(['history'], () =>
  import('../history/ConversationEvents.tsx').then((module) => module.ConversationEvents),
);
export const TranscriptSection = lazySection<TranscriptSectionProps>(['transcripts'], () =>
  import('./TranscriptSection.tsx').then((module) => module.TranscriptSection),
);
export const QualityPanel = lazySection<QualityPanelProps>(['quality'], () =>
  import('../quality/QualityPanel.tsx').then((module) => module.QualityPanel),
);
