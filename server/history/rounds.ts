/**
 * Rounds of a conversation: from the client's first message to the line that resolves it. Each round has its own first
 * answer and resolution, so a conversation that is opened again is measured anew. Pure.
 */
import type { Message } from '../conversations/message.model.ts';
import { isAnswer } from '../conversations/thread/answerWalk.ts';

export type RoundMessage = Pick<
  Message,
  'kind' | 'sentAt' | 'status' | 'deletedAt' | 'erasedAt' | 'ratingId'
> & {
  system?: Pick<NonNullable<Message['system']>, 'event'>;
};

export interface Round {
  /** The client's first message of the round; null before it. */
  since: Date | null;
  isAnswered: boolean;
}

export const noRound: Round = { since: null, isAnswered: false };

export interface RoundStep {
  round: Round;
  /** How long the client had waited, when this message is the first answer of its round. */
  firstAnswerMs: number | null;
  /** The length of the round, when this message ends it. */
  resolutionMs: number | null;
}

/** Service messages, notes, questions for a mark and other lines are nobody's answer. */
export function stepRound(round: Round, message: RoundMessage): RoundStep {
  const still = { round, firstAnswerMs: null, resolutionMs: null };
  // Networks and the desk have clocks of their own.
  const sinceStart = (since: Date) => Math.max(0, message.sentAt.getTime() - since.getTime());
  if (message.kind === 'reply')
    return round.since ? still : { ...still, round: { since: message.sentAt, isAnswered: false } };
  if (isAnswer(message) && round.since && !round.isAnswered)
    return { ...still, round: { ...round, isAnswered: true }, firstAnswerMs: sinceStart(round.since) };
  if (message.system?.event === 'resolved')
    return { ...still, round: noRound, resolutionMs: round.since && sinceStart(round.since) };
  return still;
}
