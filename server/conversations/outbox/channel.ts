/**
 * The port that a network implements so that agents can talk through it. `channels/<network>` implements it and
 * `app/` plugs it in; callers do not know which network is behind.
 */

import type { Readable } from 'node:stream';
import type { FailureCode } from '../../../shared/errorCodes.ts';
import type { CommunityRef } from '../../communities/communityRef.ts';

export interface OutgoingFile {
  kind: 'photo' | 'document';
  fileName: string;
  contentType: string;
  sizeBytes: number;
  /** Each call reads from the start, so that an upload can be retried. */
  open(): Readable;
}

export interface OutgoingButton {
  label: string;
  /** Comes back with the client's press. */
  payload: string;
}

export interface OutgoingMessage {
  peerId: string;
  /** Never changes for a message: the network drops a second message with the same number. */
  randomId: number;
  text: string;
  files: OutgoingFile[];
  /** The network's id of the quoted message. */
  replyToExternalId: string | null;
  /** Buttons under the message; pressing one sends its label as the client's message. */
  buttons?: OutgoingButton[];
}

export type SendOutcome =
  | { kind: 'sent'; externalId: string; position: number | null }
  /** The network refused this message or this client for good. */
  | { kind: 'refused'; code: FailureCode; networkCode: number | null; isRetryable: boolean }
  /** Nothing was sent; retry after the wait. */
  | { kind: 'later'; afterMs: number; networkCode: number | null }
  /** The response was lost: the message may have been sent. Call `findSent` before anything else. */
  | { kind: 'unknown' }
  | CommunityStopped;

/** The community is unusable until an administrator acts. Null: it is disabled or removed here. */
export interface CommunityStopped {
  kind: 'communityStopped';
  networkCode: number | null;
}

export type SentLookup =
  | { kind: 'found'; externalId: string; position: number | null }
  | { kind: 'absent' }
  /** The look-up itself failed. */
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
  /** Shows the client that the company has read up to this message. Callers may ignore failures. */
  markRead(community: CommunityRef, peerId: string, upToExternalId: string): Promise<void>;
  showTyping(community: CommunityRef, peerId: string): Promise<void>;
  /** Names and avatars; users unknown to the network are omitted. */
  profiles(community: CommunityRef, externalUserIds: string[]): Promise<NetworkProfile[]>;
}
