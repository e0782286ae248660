/**
 * The intake's port to `matching/`, which finds the service message that a reply answers (N6) and hides those without
 * a reply (N25). The intake calls it in the order of a dialogue's messages; each call is safe to repeat.
 */
import type { CommunityRef } from '../../communities/communityRef.ts';
import type { Conversation } from '../conversation.model.ts';
import type { Message, StoredAnswers, StoredQuote } from '../message.model.ts';
import type { NetworkMessage } from './networkEvent.ts';

export interface PlacedReply {
  /** Includes the service messages that were sent before the reply. */
  conversation: Conversation;
  /** The answered service message and its quote. */
  answers?: StoredAnswers & { quote: StoredQuote };
}

export interface ServiceThreading {
  /** Whether an outgoing message is a service message without a reply yet: no thread shows it. */
  isHidden(community: CommunityRef, message: NetworkMessage): Promise<boolean>;
  /** Enters an outgoing message in the thread if it is a service message; otherwise null. */
  recognise(conversation: Conversation, message: NetworkMessage): Promise<Message | null>;
  /** Bonds the client by evidence in the reply, before the network's history is read for earlier messages. */
  learn(conversation: Conversation, reply: NetworkMessage): Promise<void>;
  /** Enters the service messages sent before the reply in the thread, and returns the one that the reply answers. */
  placeReply(conversation: Conversation, reply: NetworkMessage): Promise<PlacedReply>;
  /** The client has read these entries of service messages. */
  wasRead(entries: readonly Message[], at: Date): Promise<void>;
}
