/**
 * What a thread asks of those who know the company's service messages (N6, N25). The intake calls it in the order in
 * which a dialogue's messages come; each call is safe to repeat.
 */
import type { CommunityRef } from '../../communities/communityRef.ts';
import type { Conversation } from '../conversation.model.ts';
import type { Message, StoredAnswers, StoredQuote } from '../message.model.ts';
import type { NetworkMessage } from './networkEvent.ts';

export interface PlacedReply {
  /** As it is once the service messages before the reply stand in the thread. */
  conversation: Conversation;
  /** The service message that it answers, and a quote of it. */
  answers?: StoredAnswers & { quote: StoredQuote };
}

export interface ServiceThreading {
  /** Whether an outgoing message of the network is a service message that nobody has answered yet: no thread shows it. */
  isHidden(community: CommunityRef, message: NetworkMessage): Promise<boolean>;
  /** The service message that an outgoing message is, entered in the thread; null when it is none that is known. */
  recognise(conversation: Conversation, message: NetworkMessage): Promise<Message | null>;
  /** Learns from a reply whose client it is, before what came earlier is read from the network's history. */
  learn(conversation: Conversation, reply: NetworkMessage): Promise<void>;
  /** Brings what was sent before the reply into the thread, and says what the reply answers. */
  placeReply(conversation: Conversation, reply: NetworkMessage): Promise<PlacedReply>;
  /** The client has read these entries of service messages. */
  wasRead(entries: readonly Message[], at: Date): Promise<void>;
}
