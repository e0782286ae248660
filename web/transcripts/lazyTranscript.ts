/** The dialog that starts a transcript, loaded when it is first opened. */
import { lazyDialog } from '../ui/lazyDialog.tsx';

export type { TranscriptDialogProps } from './TranscriptDialog.tsx';

import type { TranscriptDialogProps } from './TranscriptDialog.tsx';

export const LazyTranscriptDialog = lazyDialog<TranscriptDialogProps>(['transcripts'], () =>
  import('./TranscriptDialog.tsx').then((module) => module.TranscriptDialog),
);
