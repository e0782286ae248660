/**
 * Which answer each of a client's replies got, and after how long. Pure. The answer is the first one by a person whose
 * writer had seen the reply, before the case was resolved. The time goes by the clock, nights and holidays included.
 */
import { isPersonsAnswer } from '../list/foldMessage.ts';
import type { Message } from '../message.model.ts';

/** The fields of a message that the walk reads. */
export const walkedFields = {
  seq: 1,
  kind: 1,
  personId: 1,
  authorExternalId: 1,
  ratingId: 1,
  status: 1,
  deletedAt: 1,
  erasedAt: 1,
  sentAt: 1,
  createdAt: 1,
  replyOrdinal: 1,
  seenReplies: 1,
  'system.event': 1,
} as const;
export type WalkedMessage = Pick<
  Message,
  | 'seq'
  | 'kind'
  | 'personId'
  | 'authorExternalId'
  | 'ratingId'
  | 'status'
  | 'deletedAt'
  | 'erasedAt'
  | 'sentAt'
  | 'createdAt'
  | 'replyOrdinal'
  | 'seenReplies'
> & { system?: Pick<NonNullable<Message['system']>, 'event'> };

/** `closed`: the case was resolved without an answer to this reply. */
export type ReplyState =
  | { kind: 'answered'; bySeq: number; afterMs: number; personId: string | null }
  | { kind: 'closed'; bySeq: number }
  | { kind: 'open' };

/** Something that ends the wait of the replies before it, up to the number that its writer had seen. */
interface End {
  seq: number;
  seenCount: number;
  /** Null for a resolution. */
  answer: { at: Date; personId: string | null } | null;
}

export interface AnswerWalk {
  /** The replies met so far, by place. */
  states: ReadonlyMap<number, ReplyState>;
  /** Takes the messages of a thread from its end to its beginning. */
  step(message: WalkedMessage): void;
}

export function startAnswerWalk(): AnswerWalk {
  const states = new Map<number, ReplyState>();
  /** The nearest one is the last. One that had seen less than a nearer one is left out: it ends no wait. */
  const ends: End[] = [];

  return {
    states,
    step(message) {
      if (message.kind === 'reply') states.set(message.seq, stateOf(message, ends));
      const end = endOf(message);
      if (!end) return;
      while (ends.length > 0 && ends.at(-1)!.seenCount <= end.seenCount) ends.pop();
      ends.push(end);
    },
  };
}

function stateOf({ replyOrdinal = 0, sentAt }: WalkedMessage, ends: readonly End[]): ReplyState {
  const end = ends.findLast(({ seenCount }) => seenCount >= replyOrdinal);
  if (!end) return { kind: 'open' };
  const { seq: bySeq, answer } = end;
  if (!answer) return { kind: 'closed', bySeq };
  // The network and the desk have clocks of their own.
  const afterMs = Math.max(0, answer.at.getTime() - sentAt.getTime());
  return { kind: 'answered', bySeq, afterMs, personId: answer.personId };
}

function endOf(message: WalkedMessage): End | null {
  const { seq, personId, sentAt, createdAt, seenReplies, system } = message;
  if (system?.event === 'resolved') return { seq, seenCount: Number.POSITIVE_INFINITY, answer: null };
  if (!isAnswer(message) || !isPersonsAnswer(message)) return null;
  return {
    seq,
    // An administrator in the network is taken to have seen all.
    seenCount: seenReplies?.count ?? Number.POSITIVE_INFINITY,
    // What was written here goes by our clock: the network's own time of it may come later.
    answer: { at: personId ? createdAt : sentAt, personId: personId?.toHexString() ?? null },
  };
}

/**
 * True when the client got it, or will. A failed answer does not count, nor a second copy of the same answer, nor the
 * question for a mark.
 */
export function isAnswer({
  kind,
  status,
  deletedAt,
  erasedAt,
  ratingId,
}: Pick<Message, 'kind' | 'status' | 'deletedAt' | 'erasedAt' | 'ratingId'>): boolean {
  if (kind !== 'answer' || ratingId) return false;
  return status !== 'failed' && (deletedAt === null || erasedAt !== undefined);
}
