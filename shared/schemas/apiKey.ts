/** Keys of the company's own systems, as administrators see and change them. A secret is shown once, on creation. */
import { z } from 'zod';
import { id, time } from './common.ts';

export const apiKeyLimits = {
  nameChars: 80,
  /** High enough for a batch of 1,000 in one minute. */
  ratePerMinuteMin: 1_000,
  ratePerMinuteMax: 1_000_000,
  ratePerMinuteUsual: 60_000,
  overlapHoursMax: 168,
  statusUrlChars: 2048,
} as const;

export const apiRights = ['send', 'read'] as const;
export const apiRight = z.enum(apiRights);
export type ApiRight = z.infer<typeof apiRight>;

const name = z.string().trim().min(1).max(apiKeyLimits.nameChars);
const rights = z
  .array(apiRight)
  .min(1)
  .refine((list) => new Set(list).size === list.length, 'A right is listed twice');
const ratePerMinute = z.number().int().min(apiKeyLimits.ratePerMinuteMin).max(apiKeyLimits.ratePerMinuteMax);
const statusUrl = z
  .url({ protocol: /^https?$/ })
  .max(apiKeyLimits.statusUrlChars)
  .nullable();

export const apiKeyView = z.object({
  id,
  name: z.string(),
  consumerKey: z.string(),
  rights: z.array(apiRight),
  isActive: z.boolean(),
  ratePerMinute: z.number().int(),
  requiresBodyHash: z.boolean(),
  statusUrl: z.string().nullable(),
  /** When each secret was made; `worksUntil` is set for a secret that a rotation replaced. */
  secrets: z.array(z.object({ madeAt: time, worksUntil: time.nullable() })),
  createdAt: time,
  createdBy: z.string(),
  lastUsedAt: time.nullable(),
});
export type ApiKeyView = z.infer<typeof apiKeyView>;

/** Shown once: neither secret can be read again. */
export const apiKeySecrets = z.object({
  key: apiKeyView,
  consumerSecret: z.string().nullable(),
  /** Signs status webhooks; returned only when it is made. */
  webhookSecret: z.string().nullable(),
});
export type ApiKeySecrets = z.infer<typeof apiKeySecrets>;

export const newApiKey = z.strictObject({
  name,
  rights,
  ratePerMinute: ratePerMinute.default(apiKeyLimits.ratePerMinuteUsual),
  requiresBodyHash: z.boolean().default(false),
  statusUrl: statusUrl.default(null),
});
export const apiKeyPatch = z.strictObject({
  name: name.optional(),
  rights: rights.optional(),
  ratePerMinute: ratePerMinute.optional(),
  requiresBodyHash: z.boolean().optional(),
  statusUrl: statusUrl.optional(),
  isActive: z.boolean().optional(),
});
export const apiKeyRotation = z.strictObject({
  /** How long the previous secret stays valid beside the new one. */
  overlapHours: z.number().int().min(0).max(apiKeyLimits.overlapHoursMax),
});

/** Why a status webhook failed, when the server knows it; otherwise the system's own code, such as ECONNREFUSED. */
export const noticeProblems = [
  'noAddress',
  'keyOff',
  'notAnAddress',
  'needsHttps',
  'holdsPassword',
  'privateAddress',
  'noPublicAddress',
  'redirects',
  'answered',
  'noAnswer',
] as const;
export type NoticeProblem = (typeof noticeProblems)[number];

export const noticeStates = ['waiting', 'delivered', 'failed'] as const;
export const statusNoticeView = z.object({
  messageId: id,
  sequence: z.number().int(),
  status: z.string(),
  at: time,
  url: z.string(),
  state: z.enum(noticeStates),
  attempts: z.number().int(),
  nextAttemptAt: time.nullable(),
  /** The last few attempts, the newest last. */
  log: z.array(
    z.object({
      at: time,
      httpStatus: z.number().int().nullable(),
      /** One of `noticeProblems`, or a system's code. Null when the webhook was delivered. */
      problem: z.string().nullable(),
    }),
  ),
});
export type StatusNoticeView = z.infer<typeof statusNoticeView>;
