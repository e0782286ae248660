/** What happened in a conversation, for supervisors: who did what, and how long the client waited. */
import { z } from 'zod';
import { clientBrief, clientServiceMessage } from './client.ts';
import { cursor, id, time } from './common.ts';
import { labelChange, messageView, systemEvent } from './message.ts';
import { ratingMark } from './rating.ts';
import { messageSender } from './sender.ts';

const eventBase = { key: z.string(), at: time };
/** The person's name at that time; `personId` is null for a person of the network, or when the desk did it. */
const by = z.object({ personId: id.nullable(), name: z.string() });

export const conversationEvent = z.discriminatedUnion('kind', [
  z.object({
    ...eventBase,
    kind: z.literal('changed'),
    by,
    event: systemEvent,
    /** The new assignee of `assigned`. */
    personName: z.string().nullable(),
    count: z.number().int().nullable(),
    labels: labelChange.optional(),
    /** Of `resolved`: the time since the client's first message of this round; null when the client wrote none. */
    /** Only of `rated`. */
    mark: ratingMark.optional(),
    resolutionMs: z.number().int().nonnegative().nullable(),
  }),
  z.object({
    ...eventBase,
    kind: z.enum(['answered', 'noted']),
    by,
    messageId: id,
    /** Of the first answer of a round: how long the client had waited for it. Null for every later answer. */
    firstAnswerMs: z.number().int().nonnegative().nullable(),
    isFailed: z.boolean(),
  }),
  z.object({
    ...eventBase,
    kind: z.literal('sent'),
    messageId: id,
    serviceMessageId: id,
    templateName: z.string(),
    /** Null when the service message is no longer stored. */
    sender: messageSender.nullable(),
  }),
  z.object({ ...eventBase, kind: z.literal('edited'), by, messageId: id, isByClient: z.boolean() }),
  /** `at` is the person's first view of this client within the hour. */
  z.object({ ...eventBase, kind: z.literal('opened'), by }),
]);
export type ConversationEvent = z.infer<typeof conversationEvent>;

/** The newest first. A page may hold few events, or none, although the list goes on: its work is bounded. */
export const conversationEventsPage = z.object({
  events: z.array(conversationEvent),
  nextCursor: cursor.nullable(),
});
export type ConversationEventsPage = z.infer<typeof conversationEventsPage>;

export const timelineItem = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('message'), at: time, message: messageView }),
  /** A service message that is in no thread, because the client has not answered. */
  z.object({ kind: z.literal('service'), at: time, communityId: id, message: clientServiceMessage }),
]);
export type TimelineItem = z.infer<typeof timelineItem>;

/** It has a place for each of the client's conversations. */
export const timelineCursor = z.string().min(1).max(4_000);

/** All conversations of one client that the reader may see, the newest first. */
export const clientTimelinePage = z.object({
  client: clientBrief.extend({ isErased: z.boolean() }),
  /** The community of each conversation on this page. */
  conversations: z.array(z.object({ id, communityId: id })),
  items: z.array(timelineItem),
  nextCursor: timelineCursor.nullable(),
});
export type ClientTimelinePage = z.infer<typeof clientTimelinePage>;
