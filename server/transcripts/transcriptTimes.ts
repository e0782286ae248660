/** When a finished transcript is deleted, and the fields that a job without work does not have. */
import { transcriptLimits } from '../../shared/schemas/transcript.ts';

export const expiryAt = (now: Date): Date => new Date(now.getTime() + transcriptLimits.keptHours * 3600_000);

export const isOver = { dueAt: 1, runId: 1, isVoid: 1 } as const;
