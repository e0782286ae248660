/**
 * The outbox: messages written in this tab that the server has not confirmed yet. The reducers are pure. A message
 * leaves when its `clientToken` returns, in the response or in an event, whichever is first.
 */
import type { QuoteView, UploadView } from '../../shared/schemas/message.ts';
import type { CallFailureCode } from '../ui/apiError.ts';
import { createStore, type Store } from '../ui/store.ts';

export interface OutgoingMessage {
  clientToken: string;
  conversationId: string;
  kind: 'answer' | 'note';
  text: string;
  uploads: readonly UploadView[];
  replyTo: QuoteView | null;
  writtenAt: string;
  /** The newest place that was on the screen when it was written; absent in notes. */
  seenSeq?: number | undefined;
  /** The canned answers that it was made of. */
  cannedAnswerIds?: readonly string[] | undefined;
  /** Why the last attempt failed; null until one has failed, and again when its writer asks for one more. */
  failure: CallFailureCode | null;
  /** A request with it is under way. */
  isUnderWay: boolean;
}

/** A message that was just written. */
export type WrittenMessage = Omit<OutgoingMessage, 'failure' | 'isUnderWay'>;

export type Outbox = readonly OutgoingMessage[];

/** An older message waits for its writer: the conversation may have moved on. */
const SENT_BY_ITSELF_MS = 3600_000;

/** Adds a message, or replaces it at its place. */
export function put(outbox: Outbox, message: OutgoingMessage): Outbox {
  const isHeld = outbox.some(({ clientToken }) => clientToken === message.clientToken);
  if (!isHeld) return [...outbox, message];
  return outbox.map((held) => (held.clientToken === message.clientToken ? message : held));
}

export function remove(outbox: Outbox, tokens: ReadonlySet<string>): Outbox {
  const left = outbox.filter((message) => !tokens.has(message.clientToken));
  return left.length === outbox.length ? outbox : left;
}

export function change(outbox: Outbox, clientToken: string, part: Partial<OutgoingMessage>): Outbox {
  return outbox.map((message) => (message.clientToken === clientToken ? { ...message, ...part } : message));
}

/** Whether the tab sends it without its writer: not yet tried, or failed only because nothing answered. */
export function goesByItself({ failure, writtenAt }: OutgoingMessage, nowMs: number): boolean {
  if (failure === null) return true;
  const isPassing = failure === 'unreachable' || failure === 'storeUnavailable';
  return isPassing && nowMs - Date.parse(writtenAt) < SENT_BY_ITSELF_MS;
}

/** At most one message of each conversation: the next one waits, so that the client reads them in their order. */
export function nextToSend(outbox: Outbox, nowMs: number): OutgoingMessage[] {
  const first = new Map<string, OutgoingMessage>();
  for (const message of outbox)
    if (!first.has(message.conversationId) && goesByItself(message, nowMs))
      first.set(message.conversationId, message);
  return [...first.values()].filter(({ isUnderWay }) => !isUnderWay);
}

/** What could not be sent, in short, by conversation; of several messages the newest. */
export function unsentTexts(outbox: Outbox): ReadonlyMap<string, string> {
  const failed = outbox.filter(({ failure }) => failure !== null);
  return new Map(
    failed.map(({ conversationId, text, uploads }) => [conversationId, text || (uploads[0]?.fileName ?? '')]),
  );
}

export const createOutbox = (): Store<Outbox> => createStore<Outbox>([]);
