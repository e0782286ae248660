/**
 * The state of the sandbox's VK: communities, people, dialogues. Plain data in memory; emits an event at each change.
 * VK's own events and answers are made elsewhere.
 */
import { EventEmitter } from 'node:events';
import type { SandboxChange } from '../../shared/sandbox.ts';
import { eventTypes } from './eventTypes.ts';
import type { VkAttachment, VkForeignMessage, VkKeyboard } from './vkTypes.ts';

export interface StoredMessage {
  id: number;
  cmid: number;
  /** Unix time, seconds. */
  date: number;
  /** The client's id, or minus the community's. */
  fromId: number;
  isOut: boolean;
  text: string;
  version: number;
  randomId: number;
  attachments: VkAttachment[];
  forwarded: VkForeignMessage[];
  replyTo?: VkForeignMessage;
  keyboard?: VkKeyboard;
  geo?: { latitude: number; longitude: number };
  payload?: string;
  ref?: string;
  adminAuthorId?: number;
  updateTime?: number;
  isDeleted?: boolean;
  /** Only for a message that came through the gateway: its id there. */
  noticeId?: string;
  /** A gateway's message that the community does not see before the client answers. */
  isHidden?: boolean;
  /** The `session_id` that the sender of a gateway's message gave. */
  sessionId?: string;
  messageTag?: string;
  /** Reactions: owner id -> reaction id. */
  reactions: Record<string, number>;
}

export interface Dialogue {
  userId: number;
  /** `messages[cmid - 1]`; deleted messages keep their place. */
  messages: StoredMessage[];
  inReadCmid: number;
  outReadCmid: number;
  permission: 'none' | 'allowed' | 'denied';
  isUnanswered: boolean;
  version: number;
  currentKeyboard: VkKeyboard | null;
}

export interface CallbackServer {
  serverId: number;
  url: string;
  title: string;
  secret: string;
  status: 'unconfigured' | 'failed' | 'wait' | 'ok';
  apiVersion: string;
  events: Record<string, 0 | 1>;
}

export interface Community {
  groupId: number;
  name: string;
  screenName: string;
  token: string;
  nextMessageId: number;
  dialogues: Map<number, Dialogue>;
  blacklist: Set<number>;
  longPoll: { isEnabled: boolean; apiVersion: string; events: Record<string, 0 | 1> };
  callbackServers: CallbackServer[];
  nextCallbackServerId: number;
  confirmationCode: string;
}

export interface SandboxUser {
  userId: number;
  firstName: string;
  lastName: string;
  phone: string;
  avatar?: string;
  sex: 0 | 1 | 2;
  isDeleted: boolean;
  /** False: this person is not in VK, and `userId` means nothing there. */
  hasVk: boolean;
  /** `user:N`; null: not in Odnoklassniki. */
  okUserId: string | null;
  /** Unix time, ms; null: never. */
  phoneConfirmedAtMs: number | null;
  /** The number belonged to another person, and its new owner has not confirmed it since. */
  isPhoneMoved: boolean;
  /** No connection: the gateway's notifications wait. */
  isOffline: boolean;
  /** A mobile device of this person was active in the last 7 days. */
  hasMobileDevice: boolean;
}

export function usualUser(): Pick<
  SandboxUser,
  'hasVk' | 'okUserId' | 'phoneConfirmedAtMs' | 'isPhoneMoved' | 'isOffline' | 'hasMobileDevice'
> {
  return {
    hasVk: true,
    okUserId: null,
    phoneConfirmedAtMs: Date.now(),
    isPhoneMoved: false,
    isOffline: false,
    hasMobileDevice: true,
  };
}

/** VK deduplicates a repeated random_id for about an hour. */
const collapseSeconds = 3600;

interface WorldEvents {
  change: [SandboxChange];
  /** A community's message reached a dialogue. */
  outgoing: [{ groupId: number; userId: number; message: StoredMessage }];
  /** The client has read the community's messages up to this one. */
  read: [{ groupId: number; userId: number; upToCmid: number }];
  okRead: [{ okGroupId: string; userId: number }];
  /** The connection, the phone or its confirmation changed. */
  person: [{ userId: number }];
}

export class World extends EventEmitter<WorldEvents> {
  readonly communities = new Map<number, Community>();
  readonly users = new Map<number, SandboxUser>();
  /** Finds a message by its id without walking the dialogues. */
  readonly #owners = new Map<number, Map<number, { userId: number; message: StoredMessage }>>();
  readonly #sent = new Map<string, StoredMessage>();

  communityByToken(token: string): Community | undefined {
    for (const community of this.communities.values()) if (community.token === token) return community;
    return undefined;
  }

  requireCommunity(groupId: number): Community {
    const community = this.communities.get(groupId);
    if (!community) throw new RangeError(`No community with groupId ${groupId}`);
    return community;
  }

  requireUser(userId: number): SandboxUser {
    const user = this.users.get(userId);
    if (!user) throw new RangeError(`No user with userId ${userId}`);
    return user;
  }

  /** Undefined for a person who is not in VK. */
  vkUser(userId: number): SandboxUser | undefined {
    const user = this.users.get(userId);
    return user?.hasVk ? user : undefined;
  }

  dialogue(community: Community, userId: number): Dialogue {
    let dialogue = community.dialogues.get(userId);
    if (!dialogue) {
      dialogue = {
        userId,
        messages: [],
        inReadCmid: 0,
        outReadCmid: 0,
        permission: 'none',
        isUnanswered: false,
        version: 1_000_000,
        currentKeyboard: null,
      };
      community.dialogues.set(userId, dialogue);
    }
    return dialogue;
  }

  append(
    community: Community,
    dialogue: Dialogue,
    draft: Omit<StoredMessage, 'id' | 'cmid' | 'version' | 'reactions' | 'date'>,
  ): StoredMessage {
    dialogue.version += 1;
    const message: StoredMessage = {
      ...draft,
      id: community.nextMessageId,
      cmid: dialogue.messages.length + 1,
      date: Math.floor(Date.now() / 1000),
      version: dialogue.version,
      reactions: {},
    };
    community.nextMessageId += 1;
    dialogue.messages.push(message);
    if (!message.isHidden) dialogue.isUnanswered = !message.isOut;
    this.remember(community.groupId, dialogue.userId, message);
    this.publish(community.groupId, dialogue.userId);
    if (message.isOut)
      this.emit('outgoing', { groupId: community.groupId, userId: dialogue.userId, message });
    return message;
  }

  remember(groupId: number, userId: number, message: StoredMessage): void {
    let owners = this.#owners.get(groupId);
    if (!owners) {
      owners = new Map();
      this.#owners.set(groupId, owners);
    }
    owners.set(message.id, { userId, message });
    if (message.isOut && message.randomId !== 0)
      this.#sent.set(`${groupId}:${userId}:${message.randomId}`, message);
  }

  /** The message that this random_id created in this dialogue within the last hour. */
  sentBefore(groupId: number, userId: number, randomId: number): StoredMessage | undefined {
    const message = this.#sent.get(`${groupId}:${userId}:${randomId}`);
    return message && message.date > Date.now() / 1000 - collapseSeconds ? message : undefined;
  }

  messageById(groupId: number, messageId: number): { userId: number; message: StoredMessage } | undefined {
    return this.#owners.get(groupId)?.get(messageId);
  }

  publish(groupId: number, userId: number): void {
    this.emit('change', { type: 'dialogue', groupId, userId });
  }
}

export function newCommunity(
  about: Pick<Community, 'groupId' | 'name' | 'screenName' | 'token'> & { longPollEnabled: boolean },
): Community {
  const { longPollEnabled, ...named } = about;
  return {
    ...named,
    nextMessageId: 1,
    dialogues: new Map(),
    blacklist: new Set(),
    longPoll: { isEnabled: longPollEnabled, apiVersion: '5.199', events: messageEventsOn() },
    callbackServers: [],
    nextCallbackServerId: 1,
    confirmationCode: newConfirmationCode(),
  };
}

export function noEvents(): Record<string, 0 | 1> {
  return Object.fromEntries(eventTypes.map((type) => [type, 0 as const]));
}

function messageEventsOn(): Record<string, 0 | 1> {
  return Object.fromEntries(eventTypes.map((type) => [type, type.startsWith('message_') ? (1 as const) : 0]));
}

export function newConfirmationCode(): string {
  return Math.floor(Math.random() * 0xffffffff)
    .toString(16)
    .padStart(8, '0');
}

/** Whether the community may see this message of the dialogue. */
export function isShownToCommunity(message: StoredMessage | undefined): message is StoredMessage {
  return message !== undefined && !message.isDeleted && !message.isHidden;
}

export function lastCmid(dialogue: Dialogue): number {
  return dialogue.messages.length;
}
