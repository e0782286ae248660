/**
 * What the sending API needs from service messages. The API checks the caller, the shapes and the rate; the code
 * behind this port checks the template, the phone, the quota and whether the request is a repeat.
 */
import type { Types } from 'mongoose';
import type { V1Refusal } from '../../../shared/v1/errorCodes.ts';
import type {
  AcceptedAnswer,
  MessageAnswer,
  MessagesPage,
  MessagesQuery,
  SendRequest,
} from '../../../shared/v1/messages.ts';
import type { ServiceStatus } from '../../../shared/v1/statuses.ts';

/** The key that signed the request. One key cannot see another key's messages. */
export interface ApiSender {
  companyId: Types.ObjectId;
  keyId: Types.ObjectId;
  /** Where notices of transitions go when a message has no `statusUrl`; null sends none. */
  statusUrl: string | null;
}

export interface SendItem {
  request: SendRequest;
  /**
   * Idempotency tokens: a repeat of the request has one of them. The store keeps them under a unique (multikey) index
   * on {senderKey, repeatTokens}. Empty when the caller gave neither id nor key.
   * `client:…` comes from clientMessageId, `key:…` from Idempotency-Key (with `#index` for an item of a batch).
   */
  repeatTokens: string[];
  /** SHA-256 of the canonical request, base64url; stored beside the tokens. */
  requestHash: string;
  /** The ended message that this one repeats. */
  againOf?: Types.ObjectId;
}

export type SendOutcome =
  | { kind: 'accepted'; message: AcceptedAnswer }
  /** A message with one of the tokens and the same hash exists: its first answer, unchanged. */
  | { kind: 'repeated'; message: AcceptedAnswer }
  /**
   * A token with another hash is `clientMessageIdReused` or `idempotencyKeyReused` by the token's prefix. `field` is
   * relative to the request, such as `variables.name`.
   */
  | { kind: 'refused'; refusal: V1Refusal };

export type CancelOutcome =
  | { kind: 'cancelled'; message: MessageAnswer }
  | { kind: 'notFound' }
  | { kind: 'notCancellable'; status: ServiceStatus };

export interface SendingPort {
  /**
   * One outcome for each item, in their order; items do not affect each other. Durable when it resolves. Safe to
   * repeat for items with tokens. Of two items of one call with the same token the first is accepted.
   */
  acceptBatch(sender: ApiSender, items: readonly SendItem[]): Promise<SendOutcome[]>;
  /** Null when the message does not exist or belongs to another key. */
  readServiceMessage(sender: ApiSender, messageId: string): Promise<MessageAnswer | null>;
  /** The latest accepted first. */
  listServiceMessages(sender: ApiSender, query: MessagesQuery): Promise<MessagesPage>;
  /** A queued message that no sender has claimed ends `undelivered` with the code `cancelled`. */
  cancelServiceMessage(sender: ApiSender, messageId: string): Promise<CancelOutcome>;
}
