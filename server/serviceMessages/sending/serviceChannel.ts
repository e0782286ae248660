/**
 * What sending needs of a network: the gateway, which sends to phones, or a community's own API, where the client's
 * user id is known. A channel never decides about quota, TTL or status; it returns the network's outcome.
 */

import { Types } from 'mongoose';
import type { Network } from '../../../shared/schemas/common.ts';
import type { TemplateButton } from '../../../shared/schemas/template.ts';
import type { DeliveryPolicy } from '../../../shared/v1/statuses.ts';
import type { CommunityRef } from '../../communities/communityRef.ts';
import type { EndCode } from '../serviceMessage.model.ts';

export interface OutgoingService {
  /** Our idempotency key of this try: the network does not send the same key twice. */
  tryKey: string;
  messageId: Types.ObjectId;
  /** E.164 with the plus. */
  phone: string;
  templateId: Types.ObjectId;
  templateName: string;
  templateVersion: number;
  variables: Record<string, string>;
  /** The rendered text, with the ad. */
  text: string;
  buttons: TemplateButton[];
  imageIds: string[];
  direction: 'oneWay' | 'twoWay';
  deliveryPolicy: DeliveryPolicy;
}

/** What a channel may have to prepare before the message is claimed. */
export interface Preparable
  extends Pick<
    OutgoingService,
    'templateId' | 'templateName' | 'templateVersion' | 'imageIds' | 'direction'
  > {
  phone(): string;
}

export type Preparation =
  | { kind: 'ready' }
  /** It must not be claimed yet. `done` resolves when it is time to ask again. */
  | { kind: 'underWay'; done: Promise<void> }
  /** It cannot be sent, and gets this outcome instead. */
  | Extract<ServiceOutcome, { kind: 'undelivered' | 'communityStopped' }>;

/** The right to make calls for the messages of one claim. A channel asks it before every single call. */
export interface Call {
  /** Starts the 24 hours of the messages' units (N7). Await it before the call, and before `ttlSecondsOf`. */
  mark(messages: readonly OutgoingService[]): Promise<void>;
  /**
   * Whether the message may be handed over at this moment, and with which TTL; null when its time is over or its claim
   * may be another process's. Write the request in the same turn: await nothing in between.
   */
  ttlSecondsOf(message: OutgoingService): number | null;
  /** Ends a call for these messages, at the earliest end of their TTL. What was written by then may have arrived. */
  signalFor(messages: readonly OutgoingService[]): AbortSignal;
}

export type ServiceOutcome =
  | { kind: 'sent'; externalId: string }
  | { kind: 'undelivered'; code: EndCode; networkCode: string | null }
  /** Certainly not accepted; may be retried after `afterMs`. */
  | { kind: 'later'; afterMs: number | null }
  /** `Call` did not allow the call, or ended it before the request was written. */
  | { kind: 'notCalled' }
  /** It may have been accepted: look it up before sending it again. */
  | { kind: 'unknown' }
  /** Nothing of this community can be sent until an administrator acts. */
  | { kind: 'communityStopped'; networkCode: string | null };

export type ServiceLookup = { kind: 'found'; externalId: string } | { kind: 'absent' } | { kind: 'unknown' };

export interface ServiceChannel {
  /** The most messages in one call. */
  readonly mostPerCall: number;
  /** The most messages per second of one community, over all processes. */
  readonly perSecond: number;
  /** Whether the network reports `delivered`. If not, a sent message does not expire. */
  readonly reportsDelivery: boolean;
  /** The shortest TTL that the network accepts. */
  readonly leastTtlSeconds: number;
  /** How long after the end of a call the network may still carry it out: until then, "absent" proves nothing. */
  readonly settleMs: number;
  /** Whether the network itself checks `verifiedPhone` (N23). If not, stored phone reports decide. */
  readonly checksPhones: boolean;
  /** Whether this channel can send for the community, as it is configured now. */
  canSend(community: CommunityRef): Promise<boolean>;
  /**
   * Starts what is slow, such as uploading images, and does not wait for it. One answer for each message, in their
   * order. The signal ends the preparation.
   */
  prepare(
    community: CommunityRef,
    messages: readonly Preparable[],
    signal: AbortSignal,
  ): Promise<Preparation[]>;
  /** One outcome for each message, in their order. A network's failure is an outcome, never an error. */
  send(community: CommunityRef, messages: OutgoingService[], call: Call): Promise<ServiceOutcome[]>;
  findSent(
    community: CommunityRef,
    messages: { tryKey: string; phone: string; text: string; since: Date }[],
  ): Promise<ServiceLookup[]>;
  /**
   * Asks for the reports of accepted messages, because some may have got lost. What the network does not say has no
   * entry. Absent where the network cannot be asked.
   */
  reportsOf?(community: CommunityRef, tryKeys: readonly string[]): Promise<Receipt[]>;
}

/** Finds the channel of a community; `forCommunity` is null when no channel can send for it now. */
export interface ServiceChannels {
  forCommunity(community: CommunityRef): Promise<ServiceChannel | null>;
}

/** The key of a try: it stays the same on every attempt. */
export function tryKeyOf(messageId: Types.ObjectId, network: Network): string {
  return `${messageId.toHexString()}.${network}`;
}

/** Null when the text is not a try's key. */
export function messageIdOfTry(tryKey: string | null): Types.ObjectId | null {
  const [, id] = /^([0-9a-f]{24})\.[a-z]+$/.exec(tryKey ?? '') ?? [];
  return id === undefined ? null : new Types.ObjectId(id);
}

/** A network's report of a message that it accepted. */
export interface Receipt {
  communityId: Types.ObjectId;
  /** `externalId` or `tryKey` identifies the message. */
  externalId: string | null;
  tryKey: string | null;
  /** Null for an unknown status; `networkCode` keeps the network's own. */
  status: 'sent' | 'delivered' | 'read' | 'undelivered' | 'expired' | null;
  at: Date;
  code: EndCode | null;
  networkCode: string | null;
  source: 'receipt' | 'event' | 'lookup';
}
