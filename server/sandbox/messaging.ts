/**
 * All changes of a dialogue, whichever side makes them: messages, edits, deletions, reads, reactions. Each change is
 * made in the world and published as VK's event. API methods and the control API both call this module.
 */
import type { SandboxSettings } from '../../shared/sandbox.ts';
import type { EventStream } from './eventStream.ts';
import type { Views } from './messageView.ts';
import type { VkAttachment, VkForeignMessage, VkKeyboard } from './vkTypes.ts';
import { type Community, type Dialogue, lastCmid, type StoredMessage, type World } from './world.ts';

/** Features of an up-to-date mobile client; communities check them before they send a callback button. */
const clientInfo = {
  button_actions: [
    'text',
    'vkpay',
    'open_app',
    'location',
    'open_link',
    'callback',
    'intent_subscribe',
    'intent_unsubscribe',
  ],
  keyboard: true,
  inline_keyboard: true,
  carousel: true,
  lang_id: 0,
};

export interface IncomingDraft {
  text: string;
  attachments?: VkAttachment[];
  geo?: { latitude: number; longitude: number } | undefined;
  replyToCmid?: number | undefined;
  forwardCmids?: number[];
  payload?: string | undefined;
  ref?: string | undefined;
  /** The message whose button was pressed. */
  pressedCmid?: number | undefined;
}

/** A gateway's message: sent in the community's name, but hidden from the community until the client answers. */
export interface NoticeDraft {
  noticeId: string;
  text: string;
  attachments: VkAttachment[];
  keyboard?: VkKeyboard | undefined;
  sessionId?: string | undefined;
}

export interface OutgoingDraft {
  text: string;
  randomId: number;
  attachments: VkAttachment[];
  forwarded?: VkForeignMessage[];
  replyTo?: VkForeignMessage | undefined;
  keyboard?: VkKeyboard | undefined;
  payload?: string | undefined;
  geo?: { latitude: number; longitude: number } | undefined;
  adminAuthorId?: number | undefined;
}

export class Messaging {
  readonly #world: World;
  readonly #views: Views;
  readonly #stream: EventStream;
  readonly #settings: Pick<SandboxSettings, 'messageTags'>;

  constructor(
    world: World,
    views: Views,
    stream: EventStream,
    settings: Pick<SandboxSettings, 'messageTags'>,
  ) {
    this.#world = world;
    this.#views = views;
    this.#stream = stream;
    this.#settings = settings;
  }

  /** The first message also allows the community to write back; VK sends a separate event about that. */
  clientWrites(
    community: Community,
    userId: number,
    draft: IncomingDraft,
  ): { message: StoredMessage; eventId: string } {
    const dialogue = this.#world.dialogue(community, userId);
    if (dialogue.permission !== 'allowed') this.allow(community, dialogue, '');
    const replied = draft.replyToCmid === undefined ? undefined : requireMessage(dialogue, draft.replyToCmid);
    const messageTag = this.#settings.messageTags ? tagOf(dialogue, draft) : undefined;
    showNotices(dialogue);
    const message = this.#world.append(community, dialogue, {
      fromId: userId,
      isOut: false,
      text: draft.text,
      randomId: 0,
      attachments: draft.attachments ?? [],
      forwarded: (draft.forwardCmids ?? []).map((cmid) =>
        this.#views.foreign(dialogue, requireMessage(dialogue, cmid)),
      ),
      ...defined({ geo: draft.geo, payload: draft.payload, ref: draft.ref, messageTag }),
      ...(replied ? { replyTo: this.#views.foreign(dialogue, replied) } : {}),
    });
    const eventId = this.#stream.publish(community, 'message_new', {
      message: this.#views.message(community, dialogue, message),
      client_info: clientInfo,
    });
    return { message, eventId };
  }

  communityWrites(community: Community, userId: number, draft: OutgoingDraft): StoredMessage {
    const dialogue = this.#world.dialogue(community, userId);
    const { keyboard } = draft;
    // An ordinary keyboard belongs to the conversation: it stays until another keyboard, or an empty one, replaces
    // it.
    if (keyboard && !keyboard.inline)
      dialogue.currentKeyboard = keyboard.buttons.length > 0 ? keyboard : null;
    const message = this.#world.append(community, dialogue, {
      fromId: -community.groupId,
      isOut: true,
      text: draft.text,
      randomId: draft.randomId,
      attachments: draft.attachments,
      forwarded: draft.forwarded ?? [],
      ...defined({
        replyTo: draft.replyTo,
        keyboard,
        payload: draft.payload,
        geo: draft.geo,
        adminAuthorId: draft.adminAuthorId,
      }),
    });
    this.#stream.publish(community, 'message_reply', this.#views.message(community, dialogue, message));
    return message;
  }

  /** No event: the community finds it in the history once the client has answered. */
  noticeArrives(community: Community, userId: number, draft: NoticeDraft): StoredMessage {
    const { noticeId, text, attachments, keyboard, sessionId } = draft;
    return this.#world.append(community, this.#world.dialogue(community, userId), {
      fromId: -community.groupId,
      isOut: true,
      text,
      randomId: 0,
      attachments,
      forwarded: [],
      noticeId,
      isHidden: true,
      ...defined({ keyboard, sessionId }),
    });
  }

  edit(
    community: Community,
    dialogue: Dialogue,
    message: StoredMessage,
    changes: Partial<StoredMessage>,
  ): string {
    dialogue.version += 1;
    Object.assign(message, changes, { updateTime: Math.floor(Date.now() / 1000), version: dialogue.version });
    this.#world.publish(community.groupId, dialogue.userId);
    return this.#stream.publish(community, 'message_edit', this.#views.message(community, dialogue, message));
  }

  /** VK sends no event about a deletion: a community finds it only in the history. */
  delete(community: Community, dialogue: Dialogue, message: StoredMessage): void {
    dialogue.version += 1;
    message.isDeleted = true;
    message.version = dialogue.version;
    this.#world.publish(community.groupId, dialogue.userId);
  }

  clientReads(community: Community, dialogue: Dialogue, upToCmid = lastCmid(dialogue)): string | null {
    const read = dialogue.messages.findLast((message) => message.isOut && message.cmid <= upToCmid);
    if (!read || read.cmid <= dialogue.outReadCmid) return null;
    const readBefore = dialogue.outReadCmid;
    dialogue.outReadCmid = read.cmid;
    dialogue.version += 1;
    this.#world.emit('read', {
      groupId: community.groupId,
      userId: dialogue.userId,
      upToCmid: read.cmid,
    });
    this.#world.publish(community.groupId, dialogue.userId);
    const known = dialogue.messages.findLast(
      (message) => message.isOut && !message.isHidden && message.cmid <= read.cmid,
    );
    if (!known || known.cmid <= readBefore) return null;
    return this.#stream.publish(community, 'message_read', {
      from_id: dialogue.userId,
      peer_id: dialogue.userId,
      read_message_id: known.id,
      conversation_message_id: known.cmid,
    });
  }

  communityReads(community: Community, dialogue: Dialogue, upToCmid = lastCmid(dialogue)): void {
    if (upToCmid <= dialogue.inReadCmid) return;
    dialogue.inReadCmid = Math.min(upToCmid, lastCmid(dialogue));
    dialogue.version += 1;
    this.#world.publish(community.groupId, dialogue.userId);
  }

  clientTypes(community: Community, userId: number): string {
    return this.#stream.publish(community, 'message_typing_state', {
      state: 'typing',
      from_id: userId,
      to_id: -community.groupId,
    });
  }

  react(
    community: Community,
    dialogue: Dialogue,
    ownerId: number,
    cmid: number,
    reactionId: number | null,
  ): string {
    const message = requireMessage(dialogue, cmid);
    dialogue.version += 1;
    message.version = dialogue.version;
    if (reactionId === null) delete message.reactions[String(ownerId)];
    else message.reactions[String(ownerId)] = reactionId;
    this.#world.publish(community.groupId, dialogue.userId);
    return this.#stream.publish(community, 'message_reaction_event', {
      reacted_id: ownerId,
      peer_id: dialogue.userId,
      cmid,
      ...(reactionId === null ? {} : { reaction_id: reactionId }),
    });
  }

  allow(community: Community, dialogue: Dialogue, key: string): string {
    dialogue.permission = 'allowed';
    this.#world.publish(community.groupId, dialogue.userId);
    return this.#stream.publish(community, 'message_allow', { user_id: dialogue.userId, key });
  }

  deny(community: Community, dialogue: Dialogue): string {
    dialogue.permission = 'denied';
    this.#world.publish(community.groupId, dialogue.userId);
    return this.#stream.publish(community, 'message_deny', { user_id: dialogue.userId });
  }
}

/** Called when the client has answered: earlier gateway messages become part of the community's dialogue. */
function showNotices(dialogue: Dialogue): void {
  for (let index = dialogue.messages.length - 1; index >= 0; index -= 1) {
    const message = dialogue.messages[index]!;
    // Everything before an earlier answer was shown at that answer.
    if (!message.isOut) return;
    delete message.isHidden;
  }
}

/** The message that a reply or a button answers; without either, the last message. */
function tagOf(dialogue: Dialogue, draft: IncomingDraft): string | undefined {
  const answered = draft.replyToCmid ?? draft.pressedCmid ?? lastCmid(dialogue);
  return dialogue.messages[answered - 1]?.sessionId;
}

export function requireMessage(dialogue: Dialogue, cmid: number): StoredMessage {
  const message = dialogue.messages[cmid - 1];
  if (!message || message.isDeleted)
    throw new RangeError(`No message ${cmid} in the dialogue with ${dialogue.userId}`);
  return message;
}

/** Drops undefined fields, so that an absent field stays absent in VK's answer. */
function defined<T extends object>(fields: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
