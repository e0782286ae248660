/**
 * What a network must offer so that the desk can talk through it. `channels/<network>` implements it and
 * `main.ts` plugs it in; domains call it without knowing which network is behind.
 */

import type { Readable } from 'node:stream';
import type { FailureCode } from '../../../shared/errorCodes.ts';
import type { CommunityRef } from '../../communities/communityRef.ts';

export interface OutgoingFile {
  kind: 'photo' | 'document';
  fileName: string;
  contentType: string;
  sizeBytes: number;
  /** Opens the bytes anew at each call, so that an upload can be tried again. */
  open(): Readable;
}

export interface OutgoingMessage {
  peerId: string;
  /** Stable for the message's whole life: the network drops a second message with the same number. */
  randomId: number;
  text: string;
  files: OutgoingFile[];
  /** The network's id of the quoted message. */
  replyToExternalId: string | null;
}

export type SendOutcome =
  | { kind: 'sent'; externalId: string; position: number | null }
  /** The network said no for good, to this message or this client. */
  | { kind: 'refused'; code: FailureCode; networkCode: number | null; isRetryable: boolean }
  /** Nothing was sent; the same call may work after the wait. */
  | { kind: 'later'; afterMs: number; networkCode: number | null }
  /** The answer was lost: it may or may not have been sent. Look it up with `findSent` before anything else. */
  | { kind: 'unknown' }
  | CommunityStopped;

/** The community cannot be used until an administrator acts. Null: switched off here, or gone from the desk. */
export interface CommunityStopped {
  kind: 'communityStopped';
  networkCode: number | null;
}

export type SentLookup =
  | { kind: 'found'; externalId: string; position: number | null }
  | { kind: 'absent' }
  /** The network could not be asked. */
  | { kind: 'unknown' }
  | CommunityStopped;

export interface NetworkProfile {
  externalUserId: string;
  name: string;
  avatarSourceUrl: string | null;
  isDeleted: boolean;
}

export interface Channel {
  send(community: CommunityRef, message: OutgoingMessage): Promise<SendOutcome>;
  /** Looks in the network's own history for a message that was sent with this number. */
  findSent(
    community: CommunityRef,
    sent: { peerId: string; randomId: number; text: string; since: Date },
  ): Promise<SentLookup>;
  /** Shows the client that the company has read up to this message. Failures are not the caller's concern. */
  markRead(community: CommunityRef, peerId: string, upToExternalId: string): Promise<void>;
  showTyping(community: CommunityRef, peerId: string): Promise<void>;
  /** Names and avatars; users that the network does not know are left out. */
  profiles(community: CommunityRef, externalUserIds: string[]): Promise<NetworkProfile[]>;
}
