/** What those who move a message's status tell, so that the company's own systems hear of it. */
import type { Types } from 'mongoose';
import type { ServiceStatus } from '../../shared/v1/statuses.ts';

export interface StatusOfMessage {
  _id: Types.ObjectId;
  companyId: Types.ObjectId;
  /** The key the message was sent with; null for one sent by hand, of which nobody is told. */
  keyId: Types.ObjectId | null;
  clientMessageId: string | null;
  /** Of this message alone; the key's own address when null. */
  statusUrl: string | null;
  callbackData: string | null;
}

export interface NotifiedTransition {
  /** Grows by each move of this message; a move is told once however often it is enqueued. */
  sequence: number;
  status: ServiceStatus;
  at: Date;
  /** Of a failure. */
  code: string | null;
}

export interface StatusOutbox {
  /** Durable when it resolves; nothing is stored when nobody asked to be told. Safe to repeat and to call often. */
  enqueue(message: StatusOfMessage, transition: NotifiedTransition): Promise<void>;
}
