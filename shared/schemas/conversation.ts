/** A conversation as the list shows it: one row holds all that the list needs. */
import { z } from 'zod';
import { limits } from '../limits.ts';
import { clientBrief } from './client.ts';
import { cursor, id, time } from './common.ts';
import { attachmentKind, messageKind, messageStatus, systemEvent } from './message.ts';

export const conversationStatuses = ['open', 'pending', 'snoozed', 'resolved'] as const;
export const conversationStatus = z.enum(conversationStatuses);
export type ConversationStatus = z.infer<typeof conversationStatus>;

const lastMessageView = z.object({
  messageId: id,
  seq: z.number().int().positive(),
  kind: messageKind,
  /** First line or so, plain text; empty when there is only an attachment. */
  excerpt: z.string(),
  attachmentKinds: z.array(attachmentKind),
  systemEvent: systemEvent.nullable(),
  authorName: z.string(),
  /** Null for who is not one of our people; absent in rows written before it was kept. */
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
  /** Replies that no colleague has read yet. */
  unreadCount: z.number().int().nonnegative(),
  /** Since when the client has been waiting for an answer; null when nobody waits. */
  waitingSince: time.nullable(),
  /** Orders the list; moves only with messages that a client or the company wrote. */
  lastActivityAt: time,
  /** False when the client has blocked the community or cannot be written to. */
  canWrite: z.boolean(),
  /** Whether it is known which phone the client has: what cannot be matched is shown as such (N6). */
  isMatched: z.boolean(),
  /** The client was erased: the thread is empty and stays so. */
  isErased: z.boolean().optional(),
  /** Grows by one with every change of the conversation or of a message in it. */
  revision: z.number().int().nonnegative(),
});
export type ConversationRow = z.infer<typeof conversationRow>;

export const conversationFilters = ['all', 'mine', 'unassigned', 'resolved'] as const;
export const conversationFilter = z.enum(conversationFilters);
export type ConversationFilter = z.infer<typeof conversationFilter>;

export const conversationsQuery = z.strictObject({
  filter: conversationFilter.default('all'),
  communityId: id.optional(),
  unread: z.stringbool().optional(),
  cursor: cursor.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(limits.conversationsPage),
});

export const conversationsPage = z.object({
  rows: z.array(conversationRow),
  nextCursor: cursor.nullable(),
});
export type ConversationsPage = z.infer<typeof conversationsPage>;

/** Counts stop at 100: the screen shows "99+". */
export const conversationCounts = z.object({
  all: z.number().int(),
  mine: z.number().int(),
  unassigned: z.number().int(),
});
export type ConversationCounts = z.infer<typeof conversationCounts>;

export const statusChange = z.discriminatedUnion('status', [
  z.strictObject({ status: z.enum(['open', 'pending', 'resolved']) }),
  z.strictObject({ status: z.literal('snoozed'), snoozedUntil: time }),
]);
export type StatusChange = z.infer<typeof statusChange>;

export const labelList = z
  .array(z.string().trim().min(1).max(limits.labelChars))
  .max(limits.labelsPerConversation);
