/**
 * What a network told us, in our own words. Channels translate their vendor's JSON into these;
 * nothing inward of `channels/` knows a vendor's field names.
 */

import type { AttachmentKind } from '../../../shared/schemas/message.ts';
import type { CommunityRef } from '../../communities/communityRef.ts';

/** An attachment as it is stored. Network URLs stay here; screens get `/media/...` instead. */
export interface StoredAttachment {
  kind: AttachmentKind;
  vendorType: string;
  title?: string;
  description?: string;
  /** A page in the network, https. */
  linkUrl?: string;
  /** The file at the network's or our own store: an http(s) URL, or `upload:<id>` for a file of ours. */
  sourceUrl?: string;
  previewSourceUrl?: string;
  contentType?: string;
  widthPx?: number;
  heightPx?: number;
  durationS?: number;
  sizeBytes?: number;
  latitude?: number;
  longitude?: number;
}

export interface StoredForward {
  authorExternalId: string;
  authorName: string | null;
  text: string;
  sentAt: Date;
  attachments: StoredAttachment[];
  forwarded: StoredForward[];
}

export interface NetworkMessage {
  /** The network's id of the dialogue; for VK the user's id. */
  peerId: string;
  /** The network's id of the message, unique in its dialogue; for VK the conversation_message_id. */
  externalId: string;
  /**
   * Where the network numbers a dialogue's messages one after another: that number. A jump means that something
   * between was not seen. Null where it does not.
   */
  position: number | null;
  direction: 'in' | 'out';
  /** Who wrote it, by the network's id; for `out` written by a person in the network's interface, that person. */
  authorExternalId: string;
  /** True when a community administrator wrote it in the network's own interface. */
  isFromAdministrator: boolean;
  /** The number that we gave to the network when sending; null for what we did not send. */
  randomId: string | null;
  text: string;
  attachments: StoredAttachment[];
  replyTo: {
    externalId: string | null;
    authorExternalId: string;
    text: string;
    attachmentKinds: AttachmentKind[];
  } | null;
  forwarded: StoredForward[];
  /** A pressed text button's payload, parsed; undefined when there is none. */
  payload?: unknown;
  /** VK's `message_tag`, copied from the Notify send (reference, section 1.2). */
  tag?: string;
  sentAt: Date;
  editedAt: Date | null;
  /** True when it was read from the network's history rather than taken as an event. */
  isBackfilled: boolean;
}

export type NetworkEvent =
  | { type: 'message'; message: NetworkMessage }
  | { type: 'messageEdited'; message: NetworkMessage }
  /** `client` has read what we sent up to this message; `company`: somebody read the client's in the network. */
  | { type: 'read'; peerId: string; by: 'client' | 'company'; upToPosition: number }
  | { type: 'typing'; peerId: string }
  | { type: 'writableChanged'; peerId: string; canWrite: boolean }
  | {
      type: 'reactionChanged';
      peerId: string;
      externalId: string;
      by: 'client' | 'company';
      /** Null when the reaction was taken back. */
      reactionId: number | null;
    }
  | { type: 'callbackButtonPressed'; peerId: string; externalId: string | null; payload: unknown };

export type IngestResult =
  /** Stored now, or known already; in both cases durable and repaired where a crash had left it half done. */
  | { kind: 'stored'; isNew: boolean }
  /** Nothing was stored: messages after `tailPosition` were never seen. Fetch them, then take again. */
  | { kind: 'gap'; tailPosition: number };

/**
 * Where channels hand over. Every call is safe to repeat and resolves only after the write is durable.
 * Calls for one dialogue must not run at the same time in one process; different dialogues may.
 */
export interface Intake {
  ingest(
    community: CommunityRef,
    event: NetworkEvent,
    options?: { acceptGap?: boolean },
  ): Promise<IngestResult>;
  /** The highest position stored for a dialogue; 0 when the dialogue is not known. */
  tailPosition(community: CommunityRef, peerId: string): Promise<number>;
  /** Whether this dialogue has a conversation. */
  isMet(community: CommunityRef, peerId: string): Promise<boolean>;
  /** Says in the thread that `count` messages could not be read from the network's history. */
  noteGap(
    community: CommunityRef,
    peerId: string,
    gap: { fromPosition: number; toPosition: number; count: number },
  ): Promise<void>;
}
