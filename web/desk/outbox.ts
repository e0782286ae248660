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
  /** Null while the request is under way. */
  failure: CallFailureCode | null;
}

export type Outbox = readonly OutgoingMessage[];

export function put(outbox: Outbox, message: OutgoingMessage): Outbox {
  const rest = outbox.filter((other) => other.clientToken !== message.clientToken);
  return [...rest, message];
}

export function remove(outbox: Outbox, tokens: ReadonlySet<string>): Outbox {
  const left = outbox.filter((message) => !tokens.has(message.clientToken));
  return left.length === outbox.length ? outbox : left;
}

export function fail(outbox: Outbox, clientToken: string, failure: CallFailureCode): Outbox {
  return outbox.map((message) => (message.clientToken === clientToken ? { ...message, failure } : message));
}

export const createOutbox = (): Store<Outbox> => createStore<Outbox>([]);
