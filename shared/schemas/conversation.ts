/** A conversation as the list shows it: one object holds all that the list needs. */
import { z } from 'zod';
import { limits } from '../limits.ts';
import { clientBrief } from './client.ts';
import { cursor, id, localTime, time, timeZone } from './common.ts';
import { attachmentKind, messageKind, messageStatus, systemEvent } from './message.ts';

export const conversationStatuses = ['open', 'pending', 'snoozed', 'resolved'] as const;
export const conversationStatus = z.enum(conversationStatuses);
export type ConversationStatus = z.infer<typeof conversationStatus>;

const lastMessageView = z.object({
  messageId: id,
  seq: z.number().int().positive(),
  kind: messageKind,
  /** About one line of plain text; empty when the message has only an attachment. */
  excerpt: z.string(),
  attachmentKinds: z.array(attachmentKind),
  systemEvent: systemEvent.nullable(),
  authorName: z.string(),
  /** Null when the author is not one of our people; absent in conversations stored before the field existed. */
  authorPersonId: id.nullish(),
  isDeleted: z.boolean().optional(),
  status: messageStatus,
  sentAt: time,
});

export const conversationRow = z.object({
  id,
  communityId: id,
  client: clientBrief,
  status: conversationStatus,
  snoozedUntil: time.nullable(),
  assigneeId: id.nullable(),
  labels: z.array(z.string()),
  lastMessage: lastMessageView.nullable(),
  /** The newest `seq`; 0 before the first message. */
  lastSeq: z.number().int().nonnegative(),
  /** How many replies the thread holds. */
  replyCount: z.number().int().nonnegative(),
  /**
   * How many of them came before the last answer or resolution: nobody has to read those. The rest is unread for a
   * person whose own mark (`readMark`) does not include it.
   */
  answeredReplyCount: z.number().int().nonnegative(),
  /** Since when the conversation waits for an answer; null when it does not. The same for everybody. */
  waitingSince: time.nullable(),
  /** Whether somebody has answered since the conversation was last resolved: which target counts. */
  isCaseAnswered: z.boolean().optional(),
  /** How long the client has waited before in this case, in working time. */
  caseWaitedMs: z.number().int().nonnegative().optional(),
  /** Orders the list; changes only with messages of the client or the company, and at the end of a snooze. */
  lastActivityAt: time,
  /** False when the client has blocked the community or cannot be written to. */
  canWrite: z.boolean(),
  /** Whether the client's phone is known; if not, the screen says so (N6, matching). */
  isMatched: z.boolean(),
  /** The client was erased: the thread is empty and stays so. */
  isErased: z.boolean().optional(),
  /** Grows by one with every change of the conversation or of a message in it. */
  revision: z.number().int().nonnegative(),
});
export type ConversationRow = z.infer<typeof conversationRow>;

/** How many replies of a conversation one person has read. Only that person gets it, and it never goes down. */
export const readMark = z.object({ conversationId: id, readReplyCount: z.number().int().positive() });
export type ReadMark = z.infer<typeof readMark>;
/** The caller's own marks in the conversations of an answer; none where no reply is left to read. */
export const readMarks = z.array(readMark);

/** Snoozed conversations are in none of the first four; each of the last two lists one status. */
export const conversationFilters = ['waiting', 'unassigned', 'mine', 'all', 'snoozed', 'resolved'] as const;
export const conversationFilter = z.enum(conversationFilters);
export type ConversationFilter = z.infer<typeof conversationFilter>;

/**
 * Whether a list holds only conversations that wait for an answer. Such a list is a queue: the longest wait is first.
 * Any other list has the latest activity first.
 */
export function isQueue({ filter, waiting }: { filter: ConversationFilter; waiting?: boolean | undefined }) {
  return filter === 'waiting' || waiting === true;
}

export const conversationsQuery = z.strictObject({
  filter: conversationFilter.default('all'),
  communityId: id.optional(),
  /** Only conversations that wait for an answer. */
  waiting: z.stringbool().optional(),
  /** Only conversations of this assignee; the filters "mine" and "unassigned" say it themselves. */
  assigneeId: id.optional(),
  cursor: cursor.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(limits.conversationsPage),
});

export const conversationsPage = z.object({
  rows: z.array(conversationRow),
  readMarks,
  nextCursor: cursor.nullable(),
});
export type ConversationsPage = z.infer<typeof conversationsPage>;

/** The lists that show how many conversations wait in them. */
export const countedQueues = ['waiting', 'mine', 'unassigned'] as const;
export type CountedQueue = (typeof countedQueues)[number];

/** The counters that have changed. Each stops at `limits.countedUpTo`: the screen shows "99+". */
export const queueCounts = z.partialRecord(z.enum(countedQueues), z.number().int().nonnegative());
export type QueueCounts = z.infer<typeof queueCounts>;

/** `evening` is 18:00 today; the others are 9:00: tomorrow, on the next Monday, in seven days. */
const snoozeNames = ['evening', 'tomorrow', 'monday', 'week'] as const;

/**
 * How long to snooze, never an instant of the browser: its clock may be wrong. The desk's server counts, in the
 * person's own time zone.
 */
export const snooze = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('minutes'), minutes: z.number().int().min(-1e9).max(1e9) }),
  z.strictObject({ kind: z.literal('named'), name: z.enum(snoozeNames), timeZone }),
  z.strictObject({ kind: z.literal('local'), localTime, timeZone }),
]);
export type Snooze = z.infer<typeof snooze>;

/** The newest place in the thread that the person had on the screen. A reply after it refuses the change. */
const seenSeq = z.number().int().nonnegative();

export const statusChange = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('open') }),
  z.strictObject({ status: z.enum(['pending', 'resolved']), seenSeq }),
  z.strictObject({ status: z.literal('snoozed'), snooze, seenSeq }),
]);
export type StatusChange = z.infer<typeof statusChange>;

export const labelList = z
  .array(z.string().trim().min(1).max(limits.labelChars))
  .max(limits.labelsPerConversation);
