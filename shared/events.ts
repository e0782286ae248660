/**
 * The socket's contract: events for open tabs, and requests that a tab may make.
 * A change has already been stored. The tab that caused it receives the same event as all others.
 */
import { z } from 'zod';
import type { ErrorCode } from './errorCodes.ts';
import { limits } from './limits.ts';
import { id } from './schemas/common.ts';
import { communityView } from './schemas/community.ts';
import {
  conversationFilter,
  conversationRow,
  type QueueCounts,
  readMark,
  readMarks,
} from './schemas/conversation.ts';
import { storedDraft } from './schemas/draft.ts';
import { messageView } from './schemas/message.ts';
import { personView } from './schemas/person.ts';
import type { WallView } from './schemas/wall.ts';

/**
 * The conversation after the change, and the messages that were added or changed. `row.revision` is exactly one more
 * than before the change: a tab that has an earlier revision has missed something and sends `resume`.
 */
export const conversationChanged = z.object({
  type: z.literal('conversation.changed'),
  row: conversationRow,
  messages: z.array(messageView),
});
const communityChanged = z.object({ type: z.literal('community.changed'), community: communityView });
const personChanged = z.object({ type: z.literal('person.changed'), person: personView });
/** A person has read on, at another tab or here. Only this person's tabs get it. */
const readMarkMoved = z.object({ type: z.literal('readMark.moved'), personId: id, readMark });
/** A person changed how they read. Only this person's tabs get it. */
const readingChanged = z.object({ type: z.literal('reading.changed'), personId: id, marksRead: z.boolean() });
/** A person's draft was saved or emptied at one of their devices. Only this person's tabs get it. */
const draftChanged = z.object({ type: z.literal('draft.changed'), personId: id, draft: storedDraft });
/** Without contents: what a person may read of it depends on the person, so each tab reads it again. */
const workingTimeChanged = z.object({ type: z.literal('workingTime.changed') });
/** Without contents, as above: of the shared ones when `personId` is null, otherwise of this person's own. */
const cannedAnswersChanged = z.object({ type: z.literal('cannedAnswers.changed'), personId: id.nullable() });
export const change = z.discriminatedUnion('type', [
  conversationChanged,
  communityChanged,
  personChanged,
  readMarkMoved,
  readingChanged,
  draftChanged,
  workingTimeChanged,
  cannedAnswersChanged,
]);
export type ConversationChanged = z.infer<typeof conversationChanged>;
export type Change = z.infer<typeof change>;

/** Many changes in one packet, oldest first. */
export const changes = z.array(change).max(limits.changesPerPacket);

/**
 * A person or the client is typing; drop it after `limits.typingShownMs`. `personId` is null for the client. Only tabs that
 * show the conversation get this event and the next one.
 */
export const typing = z.object({ conversationId: id, personId: id.nullable() });
export type Typing = z.infer<typeof typing>;

/** People who have this conversation open now; the screen leaves the reader out. */
export const viewers = z.object({ conversationId: id, personIds: z.array(id) });
export type Viewers = z.infer<typeof viewers>;

/** What a tab holds, so that the server sends only the differences. */
export const resumeRequest = z.strictObject({
  threads: z
    .array(
      z.strictObject({
        conversationId: id,
        revision: z.number().int().nonnegative(),
        fromSeq: z.number().int().positive(),
      }),
    )
    .max(limits.resumeThreads),
  list: z
    .strictObject({
      filter: conversationFilter,
      communityId: id.nullable(),
      waiting: z.boolean().optional(),
      assigneeId: id.nullish(),
      /** The rows this tab holds, in its order. */
      rows: z.array(z.strictObject({ id, revision: z.number().int().nonnegative() })).max(limits.resumeRows),
    })
    .nullable(),
});
export type ResumeRequest = z.infer<typeof resumeRequest>;

export const resumeAnswer = z.object({
  threads: z.array(
    z.object({
      row: conversationRow,
      /** All messages from `fromSeq` on, or only the newest when there are too many. */
      messages: z.array(messageView),
      /** True when `messages` does not reach back to `fromSeq`: the tab drops the older messages that it held. */
      isTruncated: z.boolean(),
    }),
  ),
  list: z
    .object({
      /** The list's present order, as far down as the tab had it (at most `limits.resumeRows`). */
      order: z.array(id),
      /** Rows that are new to the tab or newer than its copy. */
      rows: z.array(conversationRow),
      nextCursor: z.string().nullable(),
    })
    .nullable(),
  /** The person's own marks in the conversations of the request and of the list. */
  readMarks,
  communities: z.array(communityView),
  people: z.array(personView),
});
export type ResumeAnswer = z.infer<typeof resumeAnswer>;

export type Answer<T> = { ok: true; data: T } | { ok: false; code: ErrorCode };

export interface ServerToClient {
  changes: (changes: Change[]) => void;
  typing: (typing: Typing) => void;
  viewers: (viewers: Viewers) => void;
  /** The server does not know any more what this tab has seen: the tab sends `resume`. */
  'resume:needed': () => void;
  /** How many conversations wait: all counters when a tab connects, and then those that change. */
  counts: (counts: QueueCounts) => void;
  /** To tabs that asked for it by `wall:open`: at once, and then every second or two. */
  wall: (view: WallView) => void;
  /** The session ended or the person was deactivated. */
  'session:ended': () => void;
}

export interface ClientToServer {
  resume: (request: ResumeRequest, answer: (answer: Answer<ResumeAnswer>) => void) => void;
  /**
   * The conversation that this tab shows, null when none. The tab then hears who views it and who types in it. A person
   * who reads quietly is not among the viewers.
   */
  'thread:show': (conversationId: string | null, isQuiet?: boolean) => void;
  'answer:typing': (conversationId: string) => void;
  /** This tab shows the wall from now on, or no longer; only supervisors and administrators may. */
  'wall:open': (isOpen: boolean, answer: (answer: Answer<null>) => void) => void;
  /** Whether the person has used this tab in the last minutes. A new tab counts as used. */
  'person:away': (isAway: boolean) => void;
}
