/**
 * What sending needs of a network, whatever it is: the gateway that takes phones, or a community's own API where the
 * client's user id is known. A channel never decides about quota, TTL or status; it tells what the network said.
 */

import { Types } from 'mongoose';
import type { Network } from '../../shared/schemas/common.ts';
import type { TemplateButton } from '../../shared/schemas/template.ts';
import type { DeliveryPolicy } from '../../shared/v1/statuses.ts';
import type { CommunityRef } from '../communities/communityRef.ts';
import type { EndCode } from './serviceMessage.model.ts';

export interface OutgoingService {
  /** The caller's own id of this try at the network: the same again is not sent twice. */
  tryKey: string;
  messageId: Types.ObjectId;
  /** E.164 with the plus. */
  phone: string;
  templateId: Types.ObjectId;
  templateName: string;
  templateVersion: number;
  variables: Record<string, string>;
  /** Rendered, ad included. */
  text: string;
  buttons: TemplateButton[];
  imageIds: string[];
  direction: 'oneWay' | 'twoWay';
  deliveryPolicy: DeliveryPolicy;
  /** What is left of the TTL, in whole seconds; at least 1. */
  ttlSeconds: number;
}

export type ServiceOutcome =
  /** The network took it. `at`: by its clock, when it says so. */
  | { kind: 'sent'; externalId: string; at?: Date }
  | { kind: 'undelivered'; code: EndCode; networkCode: string | null }
  /** Certainly not taken; may be tried again after this. */
  | { kind: 'later'; afterMs: number | null }
  /** It may have been taken: look it up. */
  | { kind: 'unknown' }
  /** Nothing of this community can be sent until an administrator acts. */
  | { kind: 'communityStopped'; networkCode: string | null };

export type ServiceLookup = { kind: 'found'; externalId: string } | { kind: 'absent' } | { kind: 'unknown' };

export interface ServiceChannel {
  /** The most messages of one call. */
  readonly mostPerCall: number;
  /** The most messages a second of one community, all processes together. */
  readonly perSecond: number;
  /** Whether `delivered` is ever reported; where not, a message that was sent does not expire. */
  readonly reportsDelivery: boolean;
  /** The shortest TTL that the network takes. */
  readonly leastTtlSeconds: number;
  /** Whether `verifiedPhone` is kept by the network itself (N23); where not, by what is known of the phone. */
  readonly checksPhones: boolean;
  /** Whether this channel can carry messages of the community at all, as it is configured now. */
  canSend(community: CommunityRef): Promise<boolean>;
  /** One outcome for each message, in their order. Never throws for what a network can do. */
  send(community: CommunityRef, messages: OutgoingService[]): Promise<ServiceOutcome[]>;
  findSent(
    community: CommunityRef,
    messages: { tryKey: string; phone: string; text: string; since: Date }[],
  ): Promise<ServiceLookup[]>;
}

/** Networks' services by name; `forCommunity` is null when none can carry messages of it now. */
export interface ServiceChannels {
  forCommunity(community: CommunityRef): Promise<ServiceChannel | null>;
}

/** Both stay the same however often the message is tried. */
export function tryKeyOf(messageId: Types.ObjectId, network: Network): string {
  return `${messageId.toHexString()}.${network}`;
}

/** Null for what is no key of a try. */
export function messageIdOfTry(tryKey: string | null): Types.ObjectId | null {
  const [, id] = /^([0-9a-f]{24})\.[a-z]+$/.exec(tryKey ?? '') ?? [];
  return id === undefined ? null : new Types.ObjectId(id);
}

/** What a network reports of a message it took. */
export interface Receipt {
  communityId: Types.ObjectId;
  /** Either names the message. */
  externalId: string | null;
  tryKey: string | null;
  /** Null when the word is none we know; `networkCode` keeps it. */
  status: 'sent' | 'delivered' | 'read' | 'undelivered' | 'expired' | null;
  at: Date;
  code: EndCode | null;
  networkCode: string | null;
  source: 'receipt' | 'event' | 'lookup';
}
