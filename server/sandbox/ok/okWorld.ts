/** The state of the sandbox's Odnoklassniki: groups and their chats, as plain data. People belong to the world. */
import { createHash } from 'node:crypto';
import type { OkEventType } from './protocol.ts';

export interface OkAttachment {
  type: string;
  payload: Record<string, unknown>;
}

export interface OkMessage {
  mid: string;
  /** Decimal text: the value exceeds 2^53, which the state file's JSON cannot hold as a number. */
  seq: string;
  isFromGroup: boolean;
  text: string;
  attachments: OkAttachment[];
  replyTo?: string;
  atMs: number;
  noticeId?: string;
  /** A gateway's message that the group does not see before the client answers. */
  isHidden?: boolean;
}

export interface OkChatState {
  chatId: string;
  userId: number;
  messages: OkMessage[];
  /** How many of the messages the client has seen. */
  seenByClient: number;
  /** The client has written, so the group may write too. */
  hasClientWritten: boolean;
  title?: string;
}

export interface OkWebhook {
  url: string;
  types: OkEventType[];
  atMs: number;
}

export interface OkGroup {
  okGroupId: string;
  name: string;
  token: string;
  chats: Map<number, OkChatState>;
  webhooks: OkWebhook[];
}

export interface SavedOkGroup extends Omit<OkGroup, 'chats'> {
  chats: OkChatState[];
}

/**
 * `seq` grows within 2^16 a millisecond, as time-based numbers do. It is odd, so that a double never holds it
 * exactly.
 */
const seqBitsBelowMs = 16n;

export class OkWorld {
  readonly groups = new Map<string, OkGroup>();
  #lastSeq = 0n;

  requireGroup(okGroupId: string): OkGroup {
    const group = this.groups.get(okGroupId);
    if (!group) throw new RangeError(`No OK group ${okGroupId}`);
    return group;
  }

  groupByToken(token: string): OkGroup | undefined {
    for (const group of this.groups.values()) if (group.token === token) return group;
    return undefined;
  }

  chat(group: OkGroup, userId: number): OkChatState {
    let chat = group.chats.get(userId);
    if (!chat) {
      const number = createHash('sha1').update(`${group.okGroupId}:${userId}`).digest('hex').slice(0, 12);
      chat = { chatId: `chat:C${number}`, userId, messages: [], seenByClient: 0, hasClientWritten: false };
      group.chats.set(userId, chat);
    }
    return chat;
  }

  /** Also undefined for a chat with gateway messages only: the group does not know of it. */
  chatById(group: OkGroup, chatId: string): OkChatState | undefined {
    for (const chat of group.chats.values()) if (chat.chatId === chatId && isKnownToGroup(chat)) return chat;
    return undefined;
  }

  append(
    chat: OkChatState,
    draft: Pick<OkMessage, 'isFromGroup' | 'text' | 'attachments'> & Partial<OkMessage>,
  ): OkMessage {
    const atMs = Date.now();
    const earliest = (BigInt(atMs) << seqBitsBelowMs) | 1n;
    this.#lastSeq = earliest > this.#lastSeq ? earliest : this.#lastSeq + 2n;
    const message = {
      ...draft,
      atMs,
      seq: this.#lastSeq.toString(),
      mid: `mid:${chat.chatId.slice('chat:'.length)}.${this.#lastSeq.toString(16)}`,
    };
    chat.messages.push(message);
    return message;
  }

  snapshot(): SavedOkGroup[] {
    return [...this.groups.values()].map((group) => ({ ...group, chats: [...group.chats.values()] }));
  }

  restore(saved: SavedOkGroup[]): void {
    for (const group of saved) {
      const chats = new Map(group.chats.map((chat) => [chat.userId, chat]));
      this.groups.set(group.okGroupId, { ...group, chats });
    }
  }
}

export function isKnownToGroup({ hasClientWritten, messages }: OkChatState): boolean {
  return hasClientWritten || messages.some((message) => !message.isHidden);
}

export function requireOkMessage(chat: OkChatState, mid: string): OkMessage {
  const message = chat.messages.find((one) => one.mid === mid);
  if (!message) throw new RangeError(`No message ${mid} in the chat with ${chat.userId}`);
  return message;
}
