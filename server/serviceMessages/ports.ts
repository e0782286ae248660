/**
 * The ports between sending and other rooms: accepting messages, recording the networks' reports, and updating
 * threads. Each call is safe to repeat, and its result is durable when the promise resolves.
 */
import type { Types } from 'mongoose';
import type { V1Refusal } from '../../shared/v1/errorCodes.ts';
import type { SendItem } from './accepting/sendingPort.ts';
import type { Receipt } from './sending/serviceChannel.ts';
import type { ServiceMessage } from './serviceMessage.model.ts';

/** The sender. `key:<id>` is a company's system, `person:<id>` an agent by hand, `mailing:<id>` a campaign. */
export interface Sender {
  companyId: Types.ObjectId;
  senderKey: string;
  /** Where notices of transitions go when a message has no `statusUrl`; null sends none. */
  statusUrl: string | null;
  /** The communities through which it may send; absent for a sender who may use all of the company's. */
  communityIds?: readonly string[];
}

export type AcceptOutcome =
  | { kind: 'accepted'; message: ServiceMessage }
  /** A message with one of the tokens and the same hash is stored already. */
  | { kind: 'repeated'; message: ServiceMessage }
  | { kind: 'refused'; refusal: V1Refusal };

export interface Accepting {
  /** One outcome for each item, in their order; items do not affect each other. At most 1,000 items. */
  accept(sender: Sender, items: readonly SendItem[]): Promise<AcceptOutcome[]>;
  /** The same validation, but reserves no quota and stores nothing: null for a request that is valid now. */
  validate(sender: Sender, requests: readonly SendItem['request'][]): Promise<(V1Refusal | null)[]>;
}

/** What happens to a stopped sender's queued messages: `held` until the campaign resumes, or `cancelled` for good. */
export type Stop = 'held' | 'cancelled';

export interface Stops {
  /** The stopped ones of these senders. Asked after each claim, so that a pause need not search for claims. */
  of(senderKeys: readonly string[]): Promise<Map<string, Stop>>;
}

export interface Receipts {
  /** Resolves when each report is stored with its message. A report of an unknown message changes nothing. */
  record(receipts: readonly Receipt[]): Promise<{ known: number; unknown: number }>;
}

/** Brings transitions of service messages to the threads. */
export interface ServiceThreads {
  /**
   * Writes each message's current status to its entry in the client's thread. The entry exists only once the client
   * has replied in the community (N25, no thread before a reply). Called again after a crash.
   */
  follow(messages: readonly ServiceMessage[]): Promise<void>;
}
