/**
 * How a message changes its conversation, as a pure function. A conversation is a fold of its thread, so folding in
 * the missing message repairs a crash between the two writes.
 */

import type { ConversationStatus } from '../../../shared/schemas/conversation.ts';
import type { Conversation, LastMessage } from '../conversation.model.ts';
import type { Message } from '../message.model.ts';
import { countAgain, searchAgain } from './threadMarks.ts';

const EXCERPT_CHARS = 160;
/** A reply within this time after a mark is the comment to it. */
const COMMENT_MS = 30 * 60_000;

/** @returns only the fields that the message changes; `message.seq` must be `conversation.lastSeq + 1`. */
export function foldMessage(conversation: Conversation, message: Message): Partial<Conversation> {
  const change: Partial<Conversation> = {
    lastSeq: message.seq,
    ...searchAgain(conversation, message),
    ...countAgain(conversation, message),
  };
  const isQuestion = message.kind === 'answer' && message.ratingId !== undefined;
  if (message.kind !== 'system' && !isQuestion) change.lastMessage = lastMessageOf(message);
  if (message.position !== undefined)
    change.tailPosition = Math.max(conversation.tailPosition, message.position);
  if (movesUp(message) && !isQuestion) {
    change.lastActivityAt = new Date(
      Math.max(message.sentAt.getTime(), conversation.lastActivityAt.getTime()),
    );
  }
  switch (message.kind) {
    case 'reply':
      change.replyCount = conversation.replyCount + 1;
      change.waitingSince = conversation.waitingSince ?? message.sentAt;
      // A client who writes is waiting again, whatever status agents had set.
      change.status = 'open';
      change.snoozedUntil = null;
      if (conversation.rated) change.rated = null;
      break;
    case 'answer':
      // The question for a mark is nobody's answer.
      if (isQuestion) break;
      if (conversation.waitingSince && isPersonsAnswer(message)) change.isCaseAnswered = true;
      Object.assign(change, afterAnswer(conversation, message));
      break;
    case 'system':
      Object.assign(change, systemChange(conversation, message));
      break;
    case 'service':
    case 'note':
      break;
  }
  change.isResolved = isResolvedIn(change.status ?? conversation.status);
  if (change.waitingSince !== undefined) change.isWaiting = change.waitingSince !== null;
  return change;
}

/** VK names the community itself, by a negative id, where no person wrote: a bot or an automatic greeting. */
export function isPersonsAnswer({
  kind,
  authorExternalId,
}: Pick<Message, 'kind' | 'authorExternalId'>): boolean {
  return kind === 'answer' && !authorExternalId?.startsWith('-');
}

/** A campaign must not reorder the inbox, and notes and most lines are not news. */
function movesUp({ kind, system }: Message): boolean {
  return kind === 'reply' || kind === 'answer' || system?.event === 'woken';
}

/** The list that shows the conversation: see the model. */
function isResolvedIn(status: ConversationStatus): boolean | null {
  return status === 'snoozed' ? null : status === 'resolved';
}

function systemChange(conversation: Conversation, { system, sentAt }: Message): Partial<Conversation> {
  switch (system?.event) {
    case 'assigned':
    case 'unassigned':
      return { assigneeId: system.assigneeId ?? null };
    case 'resolved':
      // The client's next reply begins another case.
      return {
        status: 'resolved',
        snoozedUntil: null,
        waitingSince: null,
        answeredReplyCount: conversation.replyCount,
        isCaseAnswered: false,
        caseWaitedMs: 0,
      };
    case 'pending':
      return { status: 'pending', snoozedUntil: null };
    case 'snoozed':
      return { status: 'snoozed', snoozedUntil: system.snoozedUntil ?? null };
    case 'opened':
    case 'reopened':
      return { status: 'open', snoozedUntil: null };
    case 'woken':
      return { status: 'open', snoozedUntil: null, ...waitsAgain(conversation, sentAt) };
    case 'labelled':
      return system.labels ? { labels: system.labels.all } : {};
    case 'rated':
      return system.ratingId
        ? {
            rated: {
              ratingId: system.ratingId,
              commentUntil: new Date(sentAt.getTime() + COMMENT_MS),
            },
          }
        : {};
    case 'clientBlocked':
      return { canWrite: false };
    case 'clientAllowed':
      return { canWrite: true };
    default:
      return {};
  }
}

/**
 * An answer ends the wait for the replies that its writer had seen. One that came while it was written goes on waiting.
 * An administrator in the network is taken to have seen all.
 */
function afterAnswer(
  { replyCount, answeredReplyCount, waitingSince }: Conversation,
  { seenReplies, sentAt }: Message,
): Partial<Conversation> {
  const seenCount = Math.min(seenReplies?.count ?? replyCount, replyCount);
  if (seenCount === replyCount) return { waitingSince: null, answeredReplyCount: replyCount };
  // A colleague has answered more than this writer had seen.
  if (seenCount <= answeredReplyCount) return { waitingSince };
  return { waitingSince: seenReplies?.nextAt ?? sentAt, answeredReplyCount: seenCount };
}

/** The end of a snooze reminds of a client who wrote at some time. One who waited before waits since then. */
function waitsAgain({ replyCount, waitingSince }: Conversation, at: Date): Partial<Conversation> {
  return replyCount > 0 ? { waitingSince: waitingSince ?? at } : {};
}

/** The summary of a message that the list shows. */
export function lastMessageOf(message: Message): LastMessage {
  return {
    messageId: message._id,
    seq: message.seq,
    kind: message.kind,
    excerpt: message.deletedAt ? '' : excerptOf(message.text),
    attachmentKinds: message.deletedAt ? [] : message.attachments.map((attachment) => attachment.kind),
    ...(message.deletedAt ? { isDeleted: true } : {}),
    systemEvent: message.system?.event ?? null,
    authorName: message.authorName,
    authorPersonId: message.personId ?? null,
    status: message.status,
    sentAt: message.sentAt,
  };
}

/** One line, cut between whole characters so that no emoji is split. */
export function excerptOf(text: string): string {
  const line = text.replace(/\s+/gu, ' ').trim();
  const characters = [...line.slice(0, (EXCERPT_CHARS + 1) * 2)];
  return characters.length > EXCERPT_CHARS ? `${characters.slice(0, EXCERPT_CHARS).join('')}…` : line;
}
