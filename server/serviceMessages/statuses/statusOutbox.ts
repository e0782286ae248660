/** The port through which transitions become notices to the company's own systems. */
import type { Types } from 'mongoose';
import type { ServiceStatus } from '../../../shared/v1/statuses.ts';

export interface StatusOfMessage {
  _id: Types.ObjectId;
  companyId: Types.ObjectId;
  /** The key that sent the message; null for a message sent by hand, which has no notices. */
  keyId: Types.ObjectId | null;
  clientMessageId: string | null;
  /** The address for this message alone; null means the key's address. */
  statusUrl: string | null;
  callbackData: string | null;
}

export interface NotifiedTransition {
  /** Grows with each transition of this message. Enqueuing the same transition again adds no second notice. */
  sequence: number;
  status: ServiceStatus;
  at: Date;
  /** Why it failed. */
  code: string | null;
}

export interface StatusOutbox {
  /** Durable when it resolves; stores nothing when there is no address. Safe to repeat. */
  enqueue(message: StatusOfMessage, transition: NotifiedTransition): Promise<void>;
}
