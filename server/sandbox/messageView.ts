/** Converts stored messages, dialogues and people into the objects of VK's API. */

import type { Objects, Partly, VkForeignMessage, VkMessage } from './vkTypes.ts';
import {
  type Community,
  type Dialogue,
  isShownToCommunity,
  type SandboxUser,
  type StoredMessage,
  type World,
} from './world.ts';

/** Stands for the sandbox's own address in stored links; the real address changes at each start. */
export const ownAddress = 'sandbox:';

export class Views {
  readonly #world: World;
  readonly #baseUrl: () => string;

  constructor(world: World, baseUrl: () => string) {
    this.#world = world;
    this.#baseUrl = baseUrl;
  }

  message(community: Community, dialogue: Dialogue, stored: StoredMessage): VkMessage {
    const view: VkMessage = {
      date: stored.date,
      from_id: stored.fromId,
      id: stored.id,
      version: stored.version,
      out: stored.isOut ? 1 : 0,
      important: false,
      is_hidden: false,
      attachments: stored.isDeleted ? [] : stored.attachments,
      conversation_message_id: stored.cmid,
      fwd_messages: stored.isDeleted ? [] : stored.forwarded,
      text: stored.isDeleted ? '' : stored.text,
      peer_id: dialogue.userId,
      random_id: stored.randomId,
    };
    if (stored.isDeleted) return { ...view, deleted: 1 };
    if (stored.replyTo) view.reply_message = stored.replyTo;
    if (stored.keyboard?.inline) view.keyboard = stored.keyboard;
    if (stored.geo) view.geo = { type: 'point', coordinates: stored.geo };
    if (stored.payload !== undefined) view.payload = stored.payload;
    if (stored.ref !== undefined) view.ref = stored.ref;
    if (stored.messageTag !== undefined) view.message_tag = stored.messageTag;
    if (stored.adminAuthorId !== undefined) view.admin_author_id = stored.adminAuthorId;
    if (stored.updateTime !== undefined) view.update_time = stored.updateTime;
    addReactions(view, stored, -community.groupId);
    return this.withAddresses(view);
  }

  conversation(community: Community, dialogue: Dialogue): Partly<Objects.MessagesConversation> {
    const last = lastMessage(dialogue);
    const unread = unreadCount(dialogue);
    const outReadCmid = lastShownUpTo(dialogue, dialogue.outReadCmid);
    const isAllowed = dialogue.permission === 'allowed' && !community.blacklist.has(dialogue.userId);
    return {
      peer: { id: dialogue.userId, type: 'user', local_id: dialogue.userId },
      last_message_id: last?.id ?? 0,
      last_conversation_message_id: last?.cmid ?? 0,
      in_read: idAt(dialogue, dialogue.inReadCmid),
      out_read: idAt(dialogue, outReadCmid),
      in_read_cmid: dialogue.inReadCmid,
      out_read_cmid: outReadCmid,
      ...(unread > 0 ? { unread_count: unread } : {}),
      version: dialogue.version,
      sort_id: { major_id: 0, minor_id: last?.id ?? 0 },
      is_marked_unread: false,
      important: false,
      unanswered: dialogue.isUnanswered,
      can_write: isAllowed
        ? { allowed: true }
        : { allowed: false, reason: this.#refusal(community, dialogue) },
      ...(dialogue.currentKeyboard ? { current_keyboard: dialogue.currentKeyboard } : {}),
    };
  }

  user(user: SandboxUser, fields: readonly string[] = []): Partly<Objects.UsersUserFull> {
    if (user.isDeleted) {
      return {
        id: user.userId,
        first_name: 'DELETED',
        last_name: '',
        deactivated: 'deleted',
        ...pick({ photo_50: emptyAvatar(), photo_100: emptyAvatar(), photo_200: emptyAvatar() }, fields),
      };
    }
    const avatar = user.avatar ?? `${this.#baseUrl()}/avatars/${user.userId}.svg`;
    const optional = {
      photo_50: avatar,
      photo_100: avatar,
      photo_200: avatar,
      photo_200_orig: avatar,
      photo_400_orig: avatar,
      photo_max: avatar,
      photo_max_orig: avatar,
      has_photo: 1,
      sex: user.sex,
      screen_name: `id${user.userId}`,
      domain: `id${user.userId}`,
      online: 0,
      verified: 0,
      timezone: 3,
      first_name_nom: user.firstName,
      last_name_nom: user.lastName,
    };
    return {
      id: user.userId,
      first_name: user.firstName,
      last_name: user.lastName,
      can_access_closed: true,
      is_closed: false,
      ...pick(optional, fields),
    };
  }

  group(community: Community, fields: readonly string[] = []): Partly<Objects.GroupsGroupFull> {
    const photo = `${this.#baseUrl()}/avatars/-${community.groupId}.svg`;
    return {
      id: community.groupId,
      name: community.name,
      screen_name: community.screenName,
      is_closed: 0,
      type: 'group',
      photo_50: photo,
      photo_100: photo,
      photo_200: photo,
      ...pick(
        { photo_max: photo, description: '', members_count: this.#world.users.size, verified: 0 },
        fields,
      ),
    };
  }

  foreign(dialogue: Dialogue, stored: StoredMessage): VkForeignMessage {
    return {
      date: stored.date,
      from_id: stored.fromId,
      text: stored.text,
      attachments: stored.attachments,
      conversation_message_id: stored.cmid,
      id: stored.id,
      peer_id: dialogue.userId,
    };
  }

  withAddresses<T>(value: T): T {
    return addressed(value, this.#baseUrl()) as T;
  }

  /**
   * Reasons of can_write have the same numbers as the errors of messages.send (VK's page of the conversation object).
   */
  #refusal(community: Community, dialogue: Dialogue): number {
    if (this.#world.users.get(dialogue.userId)?.isDeleted) return 18;
    return community.blacklist.has(dialogue.userId) ? 900 : 901;
  }
}

function addReactions(view: VkMessage, stored: StoredMessage, own: number): void {
  const entries = Object.entries(stored.reactions);
  if (entries.length === 0) return;
  const byReaction = new Map<number, number[]>();
  for (const [owner, reaction] of entries) {
    byReaction.set(reaction, [...(byReaction.get(reaction) ?? []), Number(owner)]);
  }
  view.reactions = [...byReaction].map(([reaction_id, owners]) => ({
    reaction_id,
    count: owners.length,
    user_ids: owners.slice(0, 3),
  }));
  view.last_reaction_id = entries.at(-1)?.[1];
  const ownReaction = stored.reactions[String(own)];
  if (ownReaction !== undefined) view.reaction_id = ownReaction;
}

function addressed(value: unknown, baseUrl: string): unknown {
  if (typeof value === 'string') {
    return value.startsWith(`${ownAddress}/`) ? baseUrl + value.slice(ownAddress.length) : value;
  }
  if (Array.isArray(value)) return value.length === 0 ? value : value.map((item) => addressed(item, baseUrl));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, addressed(item, baseUrl)]));
  }
  return value;
}

function pick(from: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)));
}

function emptyAvatar(): string {
  return 'https://vk.ru/images/deactivated_200.png';
}

/** The newest message that the community may see. */
export function lastMessage(dialogue: Dialogue): StoredMessage | undefined {
  return dialogue.messages.findLast(isShownToCommunity);
}

function lastShownUpTo(dialogue: Dialogue, cmid: number): number {
  let shown = cmid;
  while (dialogue.messages[shown - 1]?.isHidden) shown -= 1;
  return shown;
}

function idAt(dialogue: Dialogue, cmid: number): number {
  return dialogue.messages[cmid - 1]?.id ?? 0;
}

export function unreadCount(dialogue: Dialogue): number {
  let count = 0;
  for (let index = dialogue.messages.length - 1; index >= dialogue.inReadCmid; index -= 1) {
    const message = dialogue.messages[index];
    if (message && !message.isOut && !message.isDeleted) count += 1;
  }
  return count;
}
