/** A search over conversations and clients: what is asked, and what is found. */
import { z } from 'zod';
import { cursor, id, network, time } from './common.ts';
import { conversationRow, conversationStatus } from './conversation.ts';
import { attachmentKind, messageKind } from './message.ts';

export const searchLimits = {
  /** A longer text is refused, not cut: it would find something else than was asked. */
  textChars: 400,
  page: 20,
  pageMost: 50,
} as const;

/** Exact hits hold the words side by side as they were typed; each part goes the newest first. */
export const searchOrders = ['newest', 'exactFirst'] as const;
export type SearchOrder = (typeof searchOrders)[number];

/** How soon a client's message was answered, by the clock. */
export const answerTimes = { '15m': 15, '1h': 60, '4h': 240, '1d': 1_440 } as const;
export type AnswerTime = keyof typeof answerTimes;
/** `over`: answered, but later. `none`: not answered yet, or its case was resolved without an answer. */
export const answeredFilters = [
  'within15m',
  'within1h',
  'within4h',
  'within1d',
  'over15m',
  'over1h',
  'over4h',
  'over1d',
  'none',
] as const satisfies readonly (`within${AnswerTime}` | `over${AnswerTime}` | 'none')[];
export type AnsweredFilter = (typeof answeredFilters)[number];

/** Several values of one filter, as `a,b`. */
const listOf = <T extends z.ZodType<unknown, string>>(item: T) =>
  z
    .string()
    .transform((text) => text.split(',').filter((part) => part !== ''))
    .pipe(z.array(item).max(50));

export const searchQuery = z
  .strictObject({
    text: z.string().max(searchLimits.textChars).default(''),
    communityId: id.optional(),
    kinds: listOf(messageKind.exclude(['system'])).optional(),
    /** Messages that this person wrote; with `answered`, clients' messages that this person answered. */
    personId: id.optional(),
    /** Only clients' messages, by their first answer. */
    answered: z.enum(answeredFilters).optional(),
    /** Only the conversations of this client. */
    clientId: id.optional(),
    network: network.optional(),
    label: z.string().max(100).optional(),
    status: conversationStatus.optional(),
    /** Only conversations in which the client waits for an answer now. */
    isWaiting: z.stringbool().optional(),
    hasFile: z.stringbool().optional(),
    from: time.optional(),
    before: time.optional(),
    order: z.enum(searchOrders).default('newest'),
    cursor: cursor.optional(),
    limit: z.coerce.number().int().min(1).max(searchLimits.pageMost).default(searchLimits.page),
  })
  .refine(({ from, before }) => !from || !before || from < before, {
    message: 'The period ends before it begins',
    path: ['before'],
  });
export type SearchQuery = z.infer<typeof searchQuery>;

/** From and to, in UTF-16 units of the text beside it. */
const mark = z.tuple([z.number().int(), z.number().int()]);

export const searchHit = z.object({
  messageId: id,
  seq: z.number().int().positive(),
  kind: messageKind,
  sentAt: time,
  author: z.object({
    type: z.enum(['client', 'agent', 'administrator', 'system']),
    personId: id.nullable(),
    name: z.string(),
  }),
  excerpt: z.object({ text: z.string(), marks: z.array(mark) }),
  attachmentKinds: z.array(attachmentKind),
  /** Of a client's message in a search by `answered`: its first answer. Null without one, and in other searches. */
  answer: z
    .object({
      afterMs: z.number().int().nonnegative(),
      /** Null for an administrator who wrote in the network. */
      personId: id.nullable(),
    })
    .nullable(),
  conversation: conversationRow,
});
export type SearchHit = z.infer<typeof searchHit>;

const searchClient = z.object({
  conversation: conversationRow,
  /** In the client's name. */
  marks: z.array(mark),
});
export type SearchClient = z.infer<typeof searchClient>;

export const searchAnswer = z.object({
  hits: z.array(searchHit),
  nextCursor: cursor.nullable(),
  /** The time was over before the page was full. */
  isCut: z.boolean(),
  clients: z.array(searchClient),
  /**
   * For a search that found nothing: another text that finds something, and why it may have been meant. Never searched
   * by itself.
   */
  suggestion: z.object({ text: z.string(), why: z.enum(['otherLayout', 'spelling']) }).nullable(),
  index: z.object({
    /** How long ago the index held every change, in milliseconds; null before the first time. */
    lagMs: z.number().int().nonnegative().nullable(),
    /** How many threads the first index holds so far; null once it is whole. */
    builtThreads: z.number().int().nullable(),
  }),
});
export type SearchAnswer = z.infer<typeof searchAnswer>;
