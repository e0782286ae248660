/**
 * What the sending API needs from those who keep service messages. The API has checked the caller, the shapes and
 * the rate; the template, the phone, the quota and the repeat are judged behind this port.
 */
import type { Types } from 'mongoose';
import type { V1Refusal } from '../../shared/v1/errorCodes.ts';
import type {
  AcceptedAnswer,
  MessageAnswer,
  MessagesPage,
  MessagesQuery,
  SendRequest,
} from '../../shared/v1/messages.ts';
import type { ServiceStatus } from '../../shared/v1/statuses.ts';

/** The key that a request was signed with. Messages of one key are not seen by another. */
export interface ApiSender {
  companyId: Types.ObjectId;
  keyId: Types.ObjectId;
  /** Where status moves go when a message names no `statusUrl`. */
  statusUrl: string | null;
}

export interface SendItem {
  request: SendRequest;
  /**
   * Names by which the same request is known again, unique per key: store them with the message under a unique
   * (multikey) index on {keyId, repeatTokens}. Empty when the caller gave neither id nor key.
   * `client:…` comes from clientMessageId, `key:…` from Idempotency-Key (with `#index` for an item of a batch).
   */
  repeatTokens: string[];
  /** SHA-256 of the canonical request, base64url; stored beside the tokens. */
  requestHash: string;
  /** The message that ended and that this one tries again. */
  againOf?: Types.ObjectId;
}

export type SendOutcome =
  | { kind: 'accepted'; message: AcceptedAnswer }
  /** A message with one of the tokens and the same hash is there: its first answer, unchanged. */
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
   * One outcome for each item, in their order, each judged on its own; durable when it resolves. Safe to repeat for
   * items with tokens. Of two items of one call with the same token the first is accepted.
   */
  acceptBatch(sender: ApiSender, items: readonly SendItem[]): Promise<SendOutcome[]>;
  /** Null for what is not there or belongs to another key. */
  readServiceMessage(sender: ApiSender, messageId: string): Promise<MessageAnswer | null>;
  /** The latest accepted first. */
  listServiceMessages(sender: ApiSender, query: MessagesQuery): Promise<MessagesPage>;
  /** A queued message that no sender has claimed ends `undelivered` with the code `cancelled`. */
  cancelServiceMessage(sender: ApiSender, messageId: string): Promise<CancelOutcome>;
}
