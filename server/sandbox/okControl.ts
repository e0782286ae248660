/** Controls Odnoklassniki: creates groups, and acts in a chat as the client or as an administrator in OK itself. */
import type {
  ControlInput,
  OkCounters,
  OkDialogueSnapshot,
  OkGroupView,
  OkPhoneMessage,
} from '../../shared/sandbox.ts';
import { check } from './dialogueControl.ts';
import { GatewayControl } from './gatewayControl.ts';
import { buttonsOf } from './ok/okMessaging.ts';
import { type OkChatState, type OkGroup, type OkMessage, requireOkMessage } from './ok/okWorld.ts';

export class OkControl extends GatewayControl {
  createOkGroup(input: ControlInput<'createOkGroup'>): OkGroupView {
    const { okGroupId, name, token } = check('createOkGroup', input);
    const { ok, world } = this.deps;
    if (ok.groups.has(okGroupId)) throw new RangeError(`An OK group ${okGroupId} exists already`);
    const group = { okGroupId, name, token, chats: new Map(), webhooks: [] };
    ok.groups.set(okGroupId, group);
    world.emit('change', { type: 'world' });
    return this.#groupView(group);
  }

  listOkGroups(): OkGroupView[] {
    return [...this.deps.ok.groups.values()].map((group) => this.#groupView(group));
  }

  okClientSends(input: ControlInput<'okClientSends'>): { mid: string; seq: string } {
    const { text, imageUrls, replyToMid, ...where } = check('okClientSends', input);
    const { mid, seq } = this.deps.okMessaging.clientWrites(this.#group(where), where.userId, {
      text,
      attachments: imageUrls.map((url) => ({ type: 'IMAGE', payload: { url } })),
      ...(replyToMid === undefined ? {} : { replyTo: replyToMid }),
    });
    return { mid, seq };
  }

  /** A link only returns its address. */
  okClientPressesButton(input: ControlInput<'okClientPressesButton'>): { link?: string } {
    const { mid, row, column, ...where } = check('okClientPressesButton', input);
    const group = this.#group(where);
    const button = buttonsOf(requireOkMessage(this.#chat(group, where.userId), mid))[row]?.[column];
    if (!button) throw new RangeError('No such button under the message');
    return this.deps.okMessaging.clientPresses(group, where.userId, mid, button);
  }

  okClientReads(input: ControlInput<'okClientReads'>): void {
    const where = check('okClientReads', input);
    this.deps.okMessaging.clientReads(this.#group(where), where.userId);
  }

  okAdminWrites(input: ControlInput<'okAdminWrites'>): { mid: string } {
    const { text, ...where } = check('okAdminWrites', input);
    const draft = { text, attachments: [] };
    return { mid: this.deps.okMessaging.groupWrites(this.#group(where), where.userId, draft).mid };
  }

  okChatChanges(input: ControlInput<'okChatChanges'>): void {
    const { type, title, ...where } = check('okChatChanges', input);
    this.deps.okMessaging.chatChanges(this.#group(where), where.userId, { type, title });
  }

  okSnapshot(input: ControlInput<'okSnapshot'>): OkDialogueSnapshot {
    const where = check('okSnapshot', input);
    const chat = this.#chat(this.#group(where), where.userId);
    return this.deps.views.withAddresses({
      ...where,
      chatId: chat.chatId,
      messages: chat.messages.map((message) => phoneMessage(chat, message)),
      unreadCount: chat.messages.filter(({ isFromGroup }, index) => isFromGroup && index >= chat.seenByClient)
        .length,
    });
  }

  okCounters(input: ControlInput<'okCounters'>): OkCounters {
    const { okGroupId } = check('okCounters', input);
    this.deps.ok.requireGroup(okGroupId);
    const { published, delivered, failed, waiting } = this.deps.okWebhooks.counts(okGroupId);
    return {
      eventsPublished: published,
      webhooksDelivered: delivered,
      webhooksFailed: failed,
      webhooksWaiting: waiting,
      apiCalls: Object.fromEntries(this.deps.okCalls.get(okGroupId) ?? []),
    };
  }

  #group({ okGroupId, userId }: { okGroupId: string; userId: number }): OkGroup {
    if (this.deps.world.requireUser(userId).okUserId === null)
      throw new RangeError(`The person ${userId} is not in Odnoklassniki`);
    return this.deps.ok.requireGroup(okGroupId);
  }

  #chat(group: OkGroup, userId: number): OkChatState {
    return this.deps.ok.chat(group, userId);
  }

  #groupView({ okGroupId, name, webhooks }: OkGroup): OkGroupView {
    return this.deps.views.withAddresses({
      okGroupId,
      name,
      photoUrl: `sandbox:/ok/avatars/${okGroupId}`,
      webhooks: webhooks.map(({ url }) => url),
    });
  }
}

function phoneMessage(chat: OkChatState, message: OkMessage): OkPhoneMessage {
  const answered = message.replyTo && chat.messages.find(({ mid }) => mid === message.replyTo);
  return {
    mid: message.mid,
    isFromGroup: message.isFromGroup,
    text: message.text,
    imageUrls: message.attachments.flatMap(({ type, payload }) =>
      type === 'IMAGE' ? [String(payload.url)] : [],
    ),
    buttons: buttonsOf(message).map((row) =>
      row.map((button) =>
        button.type === 'LINK'
          ? { kind: 'link' as const, label: button.text, url: button.url }
          : { kind: 'callback' as const, label: button.text },
      ),
    ),
    ...(answered ? { replyTo: { mid: answered.mid, text: answered.text } } : {}),
    atMs: message.atMs,
  };
}
