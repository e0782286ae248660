/**
 * Events of networks in our own types. Channels translate their vendor's JSON into these; no other room knows a
 * vendor's field names.
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
  /** The file at the network or in our store: an http(s) URL, or `upload:<id>` for an agent's upload. */
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
   * The message's number, when the network numbers a dialogue's messages consecutively; otherwise null. A jump means
   * that messages between were missed.
   */
  position: number | null;
  direction: 'in' | 'out';
  /** The author's id in the network; for an answer written in the network's interface, its author. */
  authorExternalId: string;
  /** Whether a community administrator wrote it in the network's own interface. */
  isFromAdministrator: boolean;
  /** Our `randomId`, when we sent the message; otherwise null. */
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
  /** The payload of a pressed text button, as the network sent it: usually JSON. Undefined for other messages. */
  payload?: string;
  /** VK's `message_tag`, copied from the Notify send (reference, section 1.2). */
  tag?: string;
  sentAt: Date;
  editedAt: Date | null;
  /** Whether it was read from the network's history, not received as an event. */
  isBackfilled: boolean;
}

export type NetworkEvent =
  | { type: 'message'; message: NetworkMessage }
  | { type: 'messageEdited'; message: NetworkMessage }
  /** `client`: the client has read our messages; `company`: an administrator has read the client's messages. */
  | { type: 'read'; peerId: string; by: 'client' | 'company'; upToPosition: number }
  | { type: 'typing'; peerId: string }
  | { type: 'writableChanged'; peerId: string; canWrite: boolean }
  | {
      type: 'reactionChanged';
      peerId: string;
      externalId: string;
      by: 'client' | 'company';
      /** Null when the reaction was removed. */
      reactionId: number | null;
    }
  | { type: 'callbackButtonPressed'; peerId: string; externalId: string | null; payload: string };

export type IngestResult =
  /** Stored now or before. In both cases it is durable, and what a crash left unfinished is repaired. */
  | { kind: 'stored'; isNew: boolean }
  /** Nothing was stored: messages after `tailPosition` were missed. Backfill them, then repeat the call. */
  | { kind: 'gap'; tailPosition: number };

/**
 * Channels pass their events here. Every call is safe to repeat and resolves only after the write is durable.
 * Calls for one dialogue must not run at the same time in one process; calls for different dialogues may.
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
  /** Adds a line to the thread: `count` messages could not be read from the network's history. */
  noteGap(
    community: CommunityRef,
    peerId: string,
    gap: { fromPosition: number; toPosition: number; count: number },
  ): Promise<void>;
}
