/** Personal data as administrators handle it: the register, erasure of one client, and how long what is kept. */
import { z } from 'zod';
import { cursor, id, time } from './common.ts';

/** What of a client a colleague saw within one hour; the last two are lists of many, whose phones were shown whole. */
const seenParts = ['card', 'thread', 'phone', 'deliveries', 'blockList'] as const;
export const seenPart = z.enum(seenParts);
export type SeenPart = z.infer<typeof seenPart>;
export type SeenList = Extract<SeenPart, 'deliveries' | 'blockList'>;

/** What happened to a client, in a line's `details.what`. */
export const clientChanges = ['phoneBonded', 'phoneUnbonded', 'phoneTaken', 'merged', 'detached'] as const;
export type ClientChange = (typeof clientChanges)[number];
/** What left the desk as a file, in a line's `details.what`; without it, everything of one client. */
export const exportedFiles = ['deliveries', 'refusedRows'] as const;

export const registerActions = ['seen', 'changed', 'exported', 'erased'] as const;
export const registerAction = z.enum(registerActions);
export type RegisterAction = z.infer<typeof registerAction>;

export const registerLine = z.object({
  id: z.string(),
  at: time,
  action: registerAction,
  /** Null when the desk itself did it. */
  personId: id.nullable(),
  personName: z.string(),
  /** Null where many clients were seen or exported at once. */
  clientId: id.nullable(),
  /** As the client is called now. */
  clientName: z.string(),
  seen: z.array(seenPart),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});
export type RegisterLine = z.infer<typeof registerLine>;

export const registerQuery = z.strictObject({
  clientId: id.optional(),
  personId: id.optional(),
  cursor: cursor.optional(),
});

export const registerPage = z.object({ lines: z.array(registerLine), nextCursor: cursor.nullable() });
export type RegisterPage = z.infer<typeof registerPage>;

/** A choice rather than words: a reason must not become personal data that stays. */
export const erasureReasons = ['clientAsked', 'consentWithdrawn', 'purposeReached', 'notLawful'] as const;
export const erasureReason = z.enum(erasureReasons);
export type ErasureReason = z.infer<typeof erasureReason>;

export const erasureRequest = z.strictObject({
  /** The client's name, typed: a wrong card must not be erased by one click. */
  name: z.string().min(1).max(500),
  reason: erasureReason,
  /** Number of the client's letter in the company's own books. */
  reference: z
    .string()
    .trim()
    .max(40)
    .regex(/^[\p{L}\d№ /.-]*$/u, 'letters, digits, №, /, . and -')
    .default(''),
});

/** `waiting`: all is gone but the quota's window (N7), or what a network has in hand. */
export const erasureStates = ['running', 'waiting', 'done'] as const;

export const erasureView = z.object({
  clientId: id,
  state: z.enum(erasureStates),
  reason: erasureReason,
  reference: z.string(),
  requestedAt: time,
  requestedBy: z.string(),
  /** When it goes on; null when it is done. */
  waitsUntil: time.nullable(),
  finishedAt: time.nullable(),
});
export type ErasureView = z.infer<typeof erasureView>;

/** `seen` by the desk, or `declared` by whoever runs it: the desk cannot see below its own machine. */
const storageStates = ['seen', 'declared', 'notEncrypted', 'notKnown'] as const;
export const storageState = z.enum(storageStates);
export type StorageState = z.infer<typeof storageState>;

/** What the desk found where names and texts rest: the first four of the embedded store's folder, the others of a server. */
export const storageFindings = [
  'cryptDevice',
  'plainDevice',
  /** The folder is on no device that is named: a container's own file system, a network's, memory. */
  'noDevice',
  'unreadable',
  'serverEncrypts',
  'serverDoesNot',
  /** It may not be asked, or did not answer. */
  'serverRefused',
  /** It has no word for it: encryption under it cannot be seen from here. */
  'serverSilent',
] as const;
export const storageFinding = z.enum(storageFindings);
export type StorageFinding = z.infer<typeof storageFinding>;

export const storageEncryptionView = z.object({ state: storageState, found: storageFinding, lookedAt: time });
export type StorageEncryptionView = z.infer<typeof storageEncryptionView>;

/** The least and the usual period of each kind in days; null: kept without end. */
export const retentionKinds = {
  messages: { daysMin: 30, daysUsual: null },
  serviceMessages: { daysMin: 40, daysUsual: null },
  mailingRows: { daysMin: 7, daysUsual: null },
  register: { daysMin: 180, daysUsual: 1_095 },
  unusedUploads: { daysMin: 1, daysUsual: 1 },
} as const satisfies Record<string, { daysMin: number; daysUsual: number | null }>;
export type RetentionKind = keyof typeof retentionKinds;
export const retentionDaysMax = 36_500;

const days = (kind: RetentionKind) =>
  z.number().int().min(retentionKinds[kind].daysMin).max(retentionDaysMax);
export const retentionPeriods = z.strictObject({
  messages: days('messages').nullable(),
  serviceMessages: days('serviceMessages').nullable(),
  mailingRows: days('mailingRows').nullable(),
  /** These two always end: a register without end is itself a store of personal data. */
  register: days('register'),
  unusedUploads: days('unusedUploads'),
});
export type RetentionPeriods = z.infer<typeof retentionPeriods>;

export const retentionView = z.object({
  periods: retentionPeriods,
  revision: z.number().int().nonnegative(),
  /** When the sweep last ended a round; null before the first. */
  sweptAt: time.nullable(),
});
export type RetentionView = z.infer<typeof retentionView>;
