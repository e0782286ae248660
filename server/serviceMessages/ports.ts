/**
 * How the rooms around sending meet it: who hands messages in, who brings the networks' reports, and what sending
 * tells the threads. Each call is safe to repeat; what it promises is durable when it resolves.
 */
import type { Types } from 'mongoose';
import type { V1Refusal } from '../../shared/v1/errorCodes.ts';
import type { SendItem } from './sendingPort.ts';
import type { Receipt } from './serviceChannel.ts';
import type { ServiceMessage } from './serviceMessage.model.ts';

/** Who sends. `key:<id>` is a company's system, `person:<id>` a colleague by hand, `mailing:<id>` a list. */
export interface Sender {
  companyId: Types.ObjectId;
  senderKey: string;
  /** Where status moves go when a message names no `statusUrl`; null tells nobody. */
  statusUrl: string | null;
}

export type AcceptOutcome =
  | { kind: 'accepted'; message: ServiceMessage }
  /** Known by one of its tokens, with the same hash. */
  | { kind: 'repeated'; message: ServiceMessage }
  | { kind: 'refused'; refusal: V1Refusal };

export interface Accepting {
  /** One outcome for each item, in their order, each judged on its own. At most 1,000 items. */
  accept(sender: Sender, items: readonly SendItem[]): Promise<AcceptOutcome[]>;
  /** The same judgement without taking quota or storing anything: null for what would be accepted now. */
  validate(sender: Sender, requests: readonly SendItem['request'][]): Promise<(V1Refusal | null)[]>;
}

/** What became of a sender's wish to send: what waits is `held` until it goes on, or ends `cancelled`. */
export type Stop = 'held' | 'cancelled';

export interface Stops {
  /** Those of the senders who have stopped. Asked after a claim, so that whoever stops need not look for claims. */
  of(senderKeys: readonly string[]): Promise<Map<string, Stop>>;
}

export interface Receipts {
  /** Resolves when each is stored with its message; a report of a message that is not ours changes nothing. */
  record(receipts: readonly Receipt[]): Promise<{ known: number; unknown: number }>;
}

/** What threads are told of service messages that moved. */
export interface ServiceThreads {
  /**
   * Brings each message to where it can be seen and no further: an entry of the client's thread once that client has
   * answered in the community (N25), with the status it has now. Called again after a crash.
   */
  follow(messages: readonly ServiceMessage[]): Promise<void>;
}
