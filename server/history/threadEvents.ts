/**
 * The events that stand in the thread itself, the newest first: changes, answers, notes and service messages. Replies
 * are read too, because first answers and resolutions are measured from them. The work of one call is bounded.
 */
import type { Model, Types } from 'mongoose';
import type { ConversationEvent } from '../../shared/schemas/history.ts';
import type { Message } from '../conversations/message.model.ts';
import { isAnswer } from '../conversations/thread/answerWalk.ts';
import { noRound, type Round, type RoundMessage, type RoundStep, stepRound } from './rounds.ts';

const WINDOW_MESSAGES = 500;

const fields = {
  seq: 1,
  kind: 1,
  sentAt: 1,
  status: 1,
  deletedAt: 1,
  erasedAt: 1,
  ratingId: 1,
  system: 1,
  personId: 1,
  authorName: 1,
  serviceMessageId: 1,
  'service.templateName': 1,
} as const;
type ThreadMessage = RoundMessage &
  Pick<Message, '_id' | 'seq' | 'system' | 'personId' | 'authorName' | 'serviceMessageId' | 'service'>;

export interface ThreadEvent {
  seq: number;
  at: Date;
  /** The sender of a service message is still to be named. */
  event: ConversationEvent;
}

export interface ThreadWindow {
  events: ThreadEvent[];
  /** Everything from this place on was read; 1 at the beginning of the thread. */
  fromSeq: number;
  /** The time of that place: other events before it belong to a later page. Null at the beginning of the thread. */
  reachedAt: Date | null;
}

export async function readThreadEvents(
  messages: Model<Message>,
  conversationId: Types.ObjectId,
  beforeSeq: number,
): Promise<ThreadWindow> {
  const window = await messages
    .find({ conversationId, seq: { $lt: beforeSeq } }, fields)
    .sort({ seq: -1 })
    .limit(WINDOW_MESSAGES)
    .lean<ThreadMessage[]>();
  const earliest = window.at(-1);
  if (!earliest) return { events: [], fromSeq: 1, reachedAt: null };
  let round = earliest.seq === 1 ? noRound : await roundBefore(messages, conversationId, earliest.seq);
  const events: ThreadEvent[] = [];
  for (const message of window.reverse()) {
    const step = stepRound(round, message);
    round = step.round;
    const event = eventOf(message, step);
    if (event) events.push({ seq: message.seq, at: message.sentAt, event });
  }
  const isWhole = earliest.seq === 1;
  return {
    events: events.reverse(),
    fromSeq: earliest.seq,
    reachedAt: isWhole ? null : earliest.sentAt,
  };
}

/** The round that is under way at this place: three reads by index, each ends at its first match. */
async function roundBefore(
  messages: Model<Message>,
  conversationId: Types.ObjectId,
  seq: number,
): Promise<Round> {
  const resolved = await messages
    .findOne({ conversationId, 'system.event': 'resolved', seq: { $lt: seq } }, { seq: 1 })
    .sort({ seq: -1 })
    .lean<Pick<Message, 'seq'>>();
  const first = async (kind: Message['kind'], afterSeq: number, rest: object = {}) =>
    messages
      .findOne({ conversationId, seq: { $gt: afterSeq, $lt: seq }, kind, ...rest }, fields)
      .sort({ seq: 1 })
      .lean<ThreadMessage>();
  const reply = await first('reply', resolved?.seq ?? 0);
  if (!reply) return noRound;
  const answer = await first('answer', reply.seq, {
    status: { $ne: 'failed' },
    ratingId: { $exists: false },
    $or: [{ deletedAt: null }, { erasedAt: { $exists: true } }],
  });
  return { since: reply.sentAt, isAnswered: answer !== null && isAnswer(answer) };
}

function eventOf(message: ThreadMessage, step: RoundStep): ConversationEvent | null {
  const { _id, kind, system, personId, authorName, sentAt, status, serviceMessageId, service } = message;
  const messageId = _id.toHexString();
  const about = { key: messageId, at: sentAt.toISOString() };
  const by = { personId: personId?.toHexString() ?? null, name: authorName };
  switch (kind) {
    case 'reply':
      return null;
    case 'system':
      if (!system) return null;
      return {
        ...about,
        kind: 'changed',
        by,
        event: system.event,
        personName: system.personName,
        count: system.count ?? null,
        ...(system.mark !== undefined && { mark: system.mark }),
        ...(system.labels && { labels: { added: system.labels.added, removed: system.labels.removed } }),
        resolutionMs: step.resolutionMs,
      };
    case 'answer':
    case 'note':
      // What became of the question for a mark is a line of its own.
      if (message.ratingId) return null;
      return {
        ...about,
        kind: kind === 'answer' ? 'answered' : 'noted',
        by,
        messageId,
        firstAnswerMs: step.firstAnswerMs,
        isFailed: status === 'failed',
      };
    case 'service':
      // Without one it has left the thread: the phone was not the client's.
      return serviceMessageId
        ? {
            ...about,
            kind: 'sent',
            messageId,
            serviceMessageId: serviceMessageId.toHexString(),
            templateName: service?.templateName ?? '',
            sender: null,
          }
        : null;
  }
}
