/**
 * All changes of an Odnoklassniki chat. A client's act is published as OK's event. The group's own messages, by the
 * API or in OK, are not published (apiok.ru: "not those by the token owner").
 */
import { randomUUID } from 'node:crypto';
import type { World } from '../world.ts';
import type { OkViews } from './okViews.ts';
import type { OkWebhooks } from './okWebhooks.ts';
import {
  type OkAttachment,
  type OkChatState,
  type OkGroup,
  type OkMessage,
  type OkWorld,
  requireOkMessage,
} from './okWorld.ts';
import type { OkButton } from './protocol.ts';

export interface OkDraft {
  text: string;
  attachments: OkAttachment[];
  replyTo?: string;
  noticeId?: string;
}

export class OkMessaging {
  readonly #world: World;
  readonly #ok: OkWorld;
  readonly #views: OkViews;
  readonly #webhooks: OkWebhooks;

  constructor(deps: { world: World; ok: OkWorld; views: OkViews; webhooks: OkWebhooks }) {
    this.#world = deps.world;
    this.#ok = deps.ok;
    this.#views = deps.views;
    this.#webhooks = deps.webhooks;
  }

  clientWrites(group: OkGroup, userId: number, draft: OkDraft): OkMessage {
    const chat = this.#ok.chat(group, userId);
    if (draft.replyTo !== undefined) requireOkMessage(chat, draft.replyTo);
    answered(chat);
    const message = this.#ok.append(chat, { ...draft, isFromGroup: false });
    this.#changed(group, userId);
    this.#webhooks.publish(group, {
      webhookType: 'MESSAGE_CREATED',
      ...this.#views.message(group, chat, message),
    });
    return message;
  }

  groupWrites(group: OkGroup, userId: number, draft: OkDraft): OkMessage {
    const message = this.#ok.append(this.#ok.chat(group, userId), { ...draft, isFromGroup: true });
    this.#changed(group, userId);
    return message;
  }

  noticeArrives(group: OkGroup, userId: number, draft: OkDraft): OkMessage {
    const message = this.#ok.append(this.#ok.chat(group, userId), {
      ...draft,
      isFromGroup: true,
      isHidden: true,
    });
    this.#changed(group, userId);
    return message;
  }

  /** A pressed button is an answer too: the group sees earlier gateway messages from then on. */
  clientPresses(group: OkGroup, userId: number, mid: string, button: OkButton): { link?: string } {
    if (button.type === 'LINK') return { link: button.url };
    const chat = this.#ok.chat(group, userId);
    answered(chat);
    this.#changed(group, userId);
    this.#webhooks.publish(group, {
      webhookType: 'MESSAGE_CALLBACK',
      callbackId: randomUUID(),
      payload: button.payload,
      sender: this.#views.client(userId),
      recipient: { chat_id: chat.chatId },
      mid,
      timestamp: Date.now(),
    });
    return {};
  }

  clientReads(group: OkGroup, userId: number): void {
    const chat = this.#ok.chat(group, userId);
    if (chat.seenByClient === chat.messages.length) return;
    chat.seenByClient = chat.messages.length;
    this.#world.emit('okRead', { okGroupId: group.okGroupId, userId });
    this.#changed(group, userId);
  }

  chatChanges(
    group: OkGroup,
    userId: number,
    {
      type,
      title,
    }: {
      type: 'CHAT_TITLE_CHANGED' | 'CHAT_ICON_CHANGED' | 'CHAT_PARTICIPANTS_CHANGED';
      title?: string | undefined;
    },
  ): void {
    const chat = this.#ok.chat(group, userId);
    if (title !== undefined) chat.title = title;
    this.#changed(group, userId);
    this.#webhooks.publish(group, {
      webhookType: 'CHAT_SYSTEM',
      type,
      chat_id: chat.chatId,
      ...(title === undefined ? {} : { title }),
      timestamp: Date.now(),
    });
  }

  #changed(group: OkGroup, userId: number): void {
    this.#world.emit('change', { type: 'okDialogue', okGroupId: group.okGroupId, userId });
  }
}

function answered(chat: OkChatState): void {
  chat.hasClientWritten = true;
  for (let index = chat.messages.length - 1; index >= 0; index -= 1) {
    const message = chat.messages[index]!;
    // Everything before an earlier answer was shown at that answer.
    if (!message.isFromGroup) return;
    delete message.isHidden;
  }
}

/** The buttons under a message, row by row. */
export function buttonsOf(message: OkMessage): OkButton[][] {
  const keyboard = message.attachments.find(({ type }) => type === 'INLINE_KEYBOARD');
  return (keyboard?.payload.buttons as OkButton[][] | undefined) ?? [];
}
