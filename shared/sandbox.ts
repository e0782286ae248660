/**
 * The sandbox's control API: one schema per operation.
 * The sandbox validates with it; its page and other processes use its types. Not part of VK's own API.
 */
import { z } from 'zod';
import { gatewayFaults, gatewayInputs, gatewaySettings, okInputs, personSettings } from './sandboxNotify.ts';

const groupId = z.number().int().positive();
const userId = z.number().int().positive();
const cmid = z.number().int().positive();
const dialogue = z.object({ groupId, userId });

/** A vendor attachment object as VK would put it into a message: `{ type, [type]: {...} }`. */
const vkAttachment = z.looseObject({ type: z.string() });

const apiErrorFault = z.object({
  /**
   * A method's name, or `*` for every method of VK. The gateway's are `gateway.send`, `gateway.lookup`,
   * `gateway.templates`, `gateway.images`, with an HTTP status as the code; OK's are `ok.me/messages` and so on.
   */
  method: z.string().default('*'),
  code: z.number().int(),
  /** Only calls about this dialogue (`peer_id`). */
  peerId: z.number().int().optional(),
  /** How many calls fail; absent means until the faults are cleared. */
  times: z.number().int().positive().optional(),
});

const cutFault = z.object({
  /** A method's name, `longPoll`, or `*`. */
  method: z.string().default('*'),
  /** `after`: the sandbox does the work, and only the response is lost. */
  when: z.enum(['before', 'after']),
  times: z.number().int().positive().optional(),
});

const delayFault = z.object({
  /** A method's name, or `*` for every method of VK. */
  method: z.string().default('*'),
  /**
   * The call waits a random time up to this before its answer, and before its work too, unless `workMostMs` says less.
   * The work is done also when the caller has hung up meanwhile.
   */
  mostMs: z.number().int().positive(),
  workMostMs: z.number().int().nonnegative().optional(),
});

export const faults = z.object({
  /** The next long polls answer `failed` with these codes, each `times` times, in this order. */
  longPollFailed: z
    .array(
      z.object({
        failed: z.union([z.literal(1), z.literal(2), z.literal(3)]),
        times: z.number().int().positive().default(1),
      }),
    )
    .default([]),
  /** The next N events reach neither long poll nor webhook; only the history has them. */
  loseEvents: z.number().int().nonnegative().default(0),
  /** How many times each event is delivered, under one event_id. */
  repeatEvents: z.number().int().min(1).max(10).default(1),
  /** Events are held until `windowSize` of them wait (or 200 ms pass) and leave in a seeded random order. */
  shuffleEvents: z
    .object({ seed: z.number().int(), windowSize: z.number().int().min(2).max(200) })
    .nullable()
    .default(null),
  /** Odd events leave by long poll only, even ones by webhook only. */
  splitTransports: z.boolean().default(false),
  apiErrors: z.array(apiErrorFault).default([]),
  /** Delay of every API response. */
  slowAnswersMs: z.number().int().nonnegative().default(0),
  /** How fast an upload of VK or OK is read; 0: it is not read on; null: as fast as it comes. */
  uploadBytesPerSecond: z.number().int().nonnegative().nullable().default(null),
  cuts: z.array(cutFault).default([]),
  delays: z.array(delayFault).default([]),
  /** Every connection except the control API's is reset, and no webhook leaves. */
  networkOff: z.boolean().default(false),
  /** Event types that VK does not send, for instance `message_read`. */
  suppressEvents: z.array(z.string()).default([]),
  omitRandomId: z.boolean().default(false),
  /** Events carry a shortened copy of the message, marked `is_cropped`. */
  cropMessages: z.boolean().default(false),
  tokenInvalid: z.boolean().default(false),
  ...gatewayFaults,
});
export type Faults = z.infer<typeof faults>;

export const settings = z.object({
  /** VK allows 20 calls a second to a community's token; null switches the limit off. */
  rateLimitPerSecond: z.number().int().positive().nullable(),
  textLimitChars: z.number().int().positive(),
  /** Events kept for long poll; an older `ts` gets `failed: 1`. */
  eventRetention: z.number().int().positive(),
  maxUpdatesPerPoll: z.number().int().positive(),
  /** Multiplies the waits between webhook attempts, Retry-After included. */
  callbackRetryScale: z.number().positive(),
  callbackTimeoutMs: z.number().int().positive(),
  shuffleHoldMs: z.number().int().positive(),
  ...gatewaySettings,
});
export type SandboxSettings = z.infer<typeof settings>;

const nothing = z.object({});

/** One entry per operation: `POST /control/<name>` takes the input as JSON. */
export const controlInputs = {
  createCommunity: z.object({
    groupId,
    name: z.string().min(1),
    screenName: z.string().min(1).optional(),
    token: z.string().min(1),
    longPollEnabled: z.boolean().default(true),
  }),
  createUser: z.object({
    userId,
    firstName: z.string(),
    lastName: z.string().default(''),
    phone: z.string(),
    /** An absolute URL; a picture with the initials is drawn when absent. */
    avatar: z.string().optional(),
    sex: z.union([z.literal(0), z.literal(1), z.literal(2)]).default(0),
    ...personSettings,
  }),
  listCommunities: nothing,
  listUsers: nothing,
  clientSends: dialogue.extend({
    text: z.string().default(''),
    attachments: z.array(vkAttachment).default([]),
    geo: z.object({ latitude: z.number(), longitude: z.number() }).optional(),
    replyToCmid: cmid.optional(),
    forwardCmids: z.array(cmid).default([]),
    payload: z.string().optional(),
    ref: z.string().optional(),
  }),
  clientEdits: dialogue.extend({ cmid, text: z.string() }),
  clientDeletes: dialogue.extend({ cmid }),
  clientPressesButton: dialogue.extend({
    /** The message whose inline keyboard is pressed; absent: the conversation's ordinary keyboard. */
    cmid: cmid.optional(),
    row: z.number().int().nonnegative().optional(),
    column: z.number().int().nonnegative().optional(),
    payload: z.string().optional(),
  }),
  clientTypes: dialogue,
  clientReads: dialogue.extend({ upToCmid: cmid.optional() }),
  /** reactionId null removes the reaction. */
  clientReacts: dialogue.extend({ cmid, reactionId: z.number().int().min(1).max(64).nullable() }),
  clientAllows: dialogue.extend({ key: z.string().default('') }),
  clientDenies: dialogue,
  blacklistUser: dialogue.extend({ blacklisted: z.boolean().default(true) }),
  deleteUser: z.object({ userId }),
  adminWrites: dialogue.extend({
    text: z.string(),
    adminId: userId,
    attachments: z.array(vkAttachment).default([]),
  }),
  adminReads: dialogue,
  /** A ready-made attachment of this type, for clientSends; an unknown type gets invented content. */
  sampleAttachment: z.object({
    type: z.string().min(1),
    ownerId: z.number().int(),
    id: z.number().int().positive().default(456_239_018),
  }),
  emitRaw: z.object({ groupId, type: z.string().min(1), object: z.unknown() }),
  burst: z.object({
    groupId,
    /** Existing clients, or how many to make from `firstUserId` on. */
    users: z.union([z.array(userId).min(1), z.number().int().positive()]),
    firstUserId: userId.default(900_000_001),
    messages: z.number().int().positive(),
    /** Absent: as fast as the sandbox can. */
    ratePerSecond: z.number().positive().optional(),
    /** Each text is `${textPrefix}#${n}`, n from 1, so that messages can be distinguished. */
    textPrefix: z.string().default(''),
  }),
  burstProgress: z.object({ burstId: z.string() }),
  stopBurst: z.object({ burstId: z.string() }),
  /** `last` limits the messages to the newest ones. */
  snapshot: dialogue.extend({ last: z.number().int().positive().optional() }),
  listDialogues: z.object({ groupId }),
  setFaults: faults.partial(),
  clearFaults: nothing,
  getFaults: nothing,
  setSettings: settings.partial(),
  getSettings: nothing,
  /** Drops the long poll's queue: an older `ts` gets `failed: 1`. */
  dropEventQueue: z.object({ groupId }),
  /** Every issued long poll key becomes invalid: `failed: 2`. */
  expireLongPollKeys: z.object({ groupId }),
  confirmCallbackServer: z.object({ groupId, serverId: z.number().int().positive() }),
  counters: z.object({ groupId }),
  ...gatewayInputs,
  ...okInputs,
} as const;

export type * from './sandboxNotify.ts';

export type ControlOperation = keyof typeof controlInputs;
export type ControlInput<Op extends ControlOperation> = z.input<(typeof controlInputs)[Op]>;
export type CheckedInput<Op extends ControlOperation> = z.output<(typeof controlInputs)[Op]>;

export interface CommunityView {
  groupId: number;
  name: string;
  screenName: string;
  photoUrl: string;
  longPollEnabled: boolean;
  callbackServers: { serverId: number; url: string; status: string }[];
}

export interface UserView {
  userId: number;
  firstName: string;
  lastName: string;
  phone: string;
  avatarUrl: string;
  isDeleted: boolean;
  hasVk: boolean;
  okUserId: string | null;
  phoneConfirmedAtMs: number | null;
  isPhoneMoved: boolean;
  isOffline: boolean;
  hasMobileDevice: boolean;
}

export interface KeyboardButtonView {
  action: { type: string; label?: string; link?: string; payload?: string };
  color?: string;
}

export interface KeyboardView {
  one_time: boolean;
  inline: boolean;
  buttons: KeyboardButtonView[][];
}

/** A message as VK shows it, with typed fields for what a phone draws. */
export interface PhoneMessage {
  id: number;
  conversation_message_id: number;
  date: number;
  from_id: number;
  peer_id: number;
  out: 0 | 1;
  text: string;
  update_time?: number;
  attachments?: { type: string; [key: string]: unknown }[];
  keyboard?: KeyboardView;
  reply_message?: { conversation_message_id: number; from_id: number; text: string };
  fwd_messages?: { conversation_message_id: number; from_id: number; text: string }[];
  reactions?: { reaction_id: number; count: number; user_ids: number[] }[];
  admin_author_id?: number;
  payload?: string;
  [key: string]: unknown;
}

/** One dialogue as both sides see it; `isOut` of a message is the community's view. */
export interface DialogueSnapshot {
  groupId: number;
  userId: number;
  permission: 'none' | 'allowed' | 'denied';
  isBlacklisted: boolean;
  messages: PhoneMessage[];
  /** The last message of the client that the community has read. */
  inReadCmid: number;
  /** The last message of the community that the client has read. */
  outReadCmid: number;
  unreadCount: number;
  currentKeyboard: KeyboardView | null;
  /** What the community is doing now, for instance `typing`, and until when (ms). */
  activity: { type: string; untilMs: number } | null;
  /** The answer to the last callback button, for a snackbar. */
  eventAnswer: { eventId: string; data: unknown } | null;
}

export interface BurstProgress {
  burstId: string;
  sent: number;
  total: number;
  isDone: boolean;
  startedAtMs: number;
  finishedAtMs: number | null;
}

export interface Counters {
  eventsPublished: number;
  eventsLost: number;
  lastTs: number;
  clientMessages: number;
  communityMessages: number;
  callbackDelivered: number;
  callbackFailed: number;
  callbackWaiting: number;
  apiCalls: Record<string, number>;
}

/** Events that the page gets by `GET /control/events`. */
export type SandboxChange =
  | { type: 'world' }
  | { type: 'faults' }
  | { type: 'dialogue'; groupId: number; userId: number }
  | { type: 'gateway' }
  | { type: 'notices'; userId: number }
  | { type: 'okDialogue'; okGroupId: string; userId: number };
