/** Transcripts: conversations, or what a search found, as a file that a background job makes. */
import { z } from 'zod';
import { limits } from '../limits.ts';
import { id, time } from './common.ts';
import { searchQuery } from './search.ts';

export const transcriptLimits = {
  /** Jobs of one person that wait or run. */
  atOnce: 3,
  listed: 30,
  keptHours: 24,
} as const;

export const transcriptFormats = ['html', 'csv', 'xlsx'] as const;
export const transcriptFormat = z.enum(transcriptFormats);
export type TranscriptFormat = z.infer<typeof transcriptFormat>;

export const transcriptScopes = ['conversation', 'selection', 'search'] as const;
export type TranscriptScope = (typeof transcriptScopes)[number];

/** `stopped`: not for a failure; `reason` says why. */
export const transcriptStates = ['queued', 'running', 'done', 'failed', 'stopped'] as const;
export type TranscriptState = (typeof transcriptStates)[number];

export const transcriptReasons = [
  'rightsEnded',
  'clientErased',
  'storeFailed',
  'tooLarge',
  'searchCut',
] as const;
export type TranscriptReason = (typeof transcriptReasons)[number];

export const transcriptRequest = z
  .strictObject({
    format: transcriptFormat,
    language: z.enum(['ru', 'en']),
    /** Notes are for colleagues: a file for a client goes without them. */
    withNotes: z.boolean(),
    /** One of the two. */
    conversationIds: z.array(id).min(1).max(limits.transcriptConversations).optional(),
    /** From its newest hit on, whatever its page. */
    search: searchQuery.optional(),
  })
  .refine(({ conversationIds, search }) => (conversationIds === undefined) !== (search === undefined), {
    message: 'Give either conversations or a search',
    path: ['conversationIds'],
  });

export const transcriptView = z.object({
  id,
  format: transcriptFormat,
  scope: z.enum(transcriptScopes),
  /** The client's name, for one conversation. */
  clientName: z.string().nullable(),
  state: z.enum(transcriptStates),
  reason: z.enum(transcriptReasons).nullable(),
  /** Messages in the file so far, and how many there will be at most; null when it is not known. */
  messages: z.number().int().nonnegative(),
  ofMessages: z.number().int().nonnegative().nullable(),
  sizeBytes: z.number().int().nonnegative().nullable(),
  requestedAt: time,
  finishedAt: time.nullable(),
  /** When the file and this line are deleted; null while the job waits or runs. */
  expiresAt: time.nullable(),
});
export type TranscriptView = z.infer<typeof transcriptView>;
