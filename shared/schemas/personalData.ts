/** Personal data for administrators: the access register, erasure of one client, and retention periods. */
import { z } from 'zod';
import { cursor, id, time } from './common.ts';

/**
 * What a person viewed of a client within one hour; the last four are not of one client: lists with full phones, and
 * events that could not be stored.
 */
const seenParts = [
  'card',
  'thread',
  'phone',
  'deliveries',
  'blockList',
  'mailingRows',
  'deadLetters',
] as const;
export const seenPart = z.enum(seenParts);
export type SeenPart = z.infer<typeof seenPart>;
export type SeenList = Extract<SeenPart, 'deliveries' | 'blockList' | 'mailingRows' | 'deadLetters'>;

/** How a client was changed, in a line's `details.what`. */
export const clientChanges = ['phoneBonded', 'phoneUnbonded', 'phoneTaken', 'merged', 'detached'] as const;
export type ClientChange = (typeof clientChanges)[number];
/** What was exported, in a line's `details.what`; when it is absent, all data of one client. */
export const exportedFiles = ['deliveries', 'refusedRows', 'transcript'] as const;

export const registerActions = ['seen', 'changed', 'exported', 'erased'] as const;
export const registerAction = z.enum(registerActions);
export type RegisterAction = z.infer<typeof registerAction>;

export const registerLine = z.object({
  id: z.string(),
  at: time,
  action: registerAction,
  /** Null when the server did it by itself. */
  personId: id.nullable(),
  personName: z.string(),
  /** Null when many clients were viewed or exported at once. */
  clientId: id.nullable(),
  /** The client's present name. */
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

/** A fixed choice, not free text: a reason must not become personal data that stays. */
export const erasureReasons = ['clientAsked', 'consentWithdrawn', 'purposeReached', 'notLawful'] as const;
export const erasureReason = z.enum(erasureReasons);
export type ErasureReason = z.infer<typeof erasureReason>;

export const erasureRequest = z.strictObject({
  /** The client's name, typed by the administrator, so that one click cannot erase the wrong client. */
  name: z.string().min(1).max(500),
  reason: erasureReason,
  /** Number of the client's letter in the company's own records. */
  reference: z
    .string()
    .trim()
    .max(40)
    .regex(/^[\p{L}\d№ /.-]*$/u, 'letters, digits, №, /, . and -')
    .default(''),
});

/** `waiting`: everything is erased but the quota (N7) or the messages that a network is sending. */
export const erasureStates = ['running', 'waiting', 'done'] as const;

export const erasureView = z.object({
  clientId: id,
  state: z.enum(erasureStates),
  reason: erasureReason,
  reference: z.string(),
  requestedAt: time,
  requestedBy: z.string(),
  /** When the erasure continues; null when it is done. */
  waitsUntil: time.nullable(),
  finishedAt: time.nullable(),
});
export type ErasureView = z.infer<typeof erasureView>;

/** `seen` by the server, or `declared` by the operator: the server cannot see below its own machine. */
const storageStates = ['seen', 'declared', 'notEncrypted', 'notKnown'] as const;
export const storageState = z.enum(storageStates);
export type StorageState = z.infer<typeof storageState>;

/** What the server found at its storage: the first four for the embedded store's folder, the others for a server. */
export const storageFindings = [
  'cryptDevice',
  'plainDevice',
  /** The folder is on no named device: a container's own file system, a network file system, or memory. */
  'noDevice',
  'unreadable',
  'serverEncrypts',
  'serverDoesNot',
  /** The database refused the question or did not answer. */
  'serverRefused',
  /** The database cannot report it: encryption below it is not visible from here. */
  'serverSilent',
] as const;
export const storageFinding = z.enum(storageFindings);
export type StorageFinding = z.infer<typeof storageFinding>;

export const storageEncryptionView = z.object({ state: storageState, found: storageFinding, lookedAt: time });
export type StorageEncryptionView = z.infer<typeof storageEncryptionView>;

/** The shortest and the default period of each kind, in days; null: kept without limit. */
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
  /** These two always have a limit: a register without one is itself a store of personal data. */
  register: days('register'),
  unusedUploads: days('unusedUploads'),
});
export type RetentionPeriods = z.infer<typeof retentionPeriods>;

export const retentionView = z.object({
  periods: retentionPeriods,
  revision: z.number().int().nonnegative(),
  /** When the retention sweep last finished; null before the first run. */
  sweptAt: time.nullable(),
});
export type RetentionView = z.infer<typeof retentionView>;
