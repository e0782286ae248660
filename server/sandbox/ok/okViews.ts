/** Converts chats and messages into the shapes of OK's Bot API and its webhooks. */
import type { SandboxUser, World } from '../world.ts';
import type { OkChatState, OkGroup, OkMessage } from './okWorld.ts';
import type { OkChat, OkStoredMessage } from './protocol.ts';

export interface OkSender {
  user_id: string;
  name: string;
}

export class OkViews {
  readonly #world: World;
  readonly #withAddresses: <T>(value: T) => T;

  constructor(world: World, withAddresses: <T>(value: T) => T) {
    this.#world = world;
    this.#withAddresses = withAddresses;
  }

  client(userId: number): OkSender {
    const user = this.#world.requireUser(userId);
    return { user_id: user.okUserId ?? '', name: fullName(user) };
  }

  message(group: OkGroup, chat: OkChatState, stored: OkMessage): OkStoredMessage {
    const { text, attachments, replyTo } = stored;
    return this.#withAddresses({
      sender: stored.isFromGroup
        ? { user_id: `group:${group.okGroupId}`, name: group.name }
        : this.client(chat.userId),
      recipient: { chat_id: chat.chatId },
      message: {
        text,
        seq: BigInt(stored.seq),
        mid: stored.mid,
        ...(attachments.length > 0 ? { attachments } : {}),
        ...(replyTo === undefined ? {} : { reply_to: replyTo }),
      },
      timestamp: stored.atMs,
    });
  }

  chat(chat: OkChatState): OkChat {
    const client = this.client(chat.userId);
    const lastAtMs = chat.messages.findLast((message) => !message.isHidden)?.atMs ?? 0;
    return {
      chat_id: chat.chatId,
      type: 'DIALOG',
      status: 'ACTIVE',
      title: chat.title ?? client.name,
      last_event_time: lastAtMs,
      participants_count: 2,
      participants: { [client.user_id]: lastAtMs },
    };
  }
}

function fullName({ firstName, lastName }: SandboxUser): string {
  return `${firstName} ${lastName}`.trim();
}
