/** The HTTP contract of keys of the company's own systems, and of their status webhooks. */
import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';
import {
  apiKeyPatch,
  apiKeyRotation,
  apiKeySecrets,
  apiKeyView,
  newApiKey,
  noticeStates,
  statusNoticeView,
} from './schemas/apiKey.ts';
import { id } from './schemas/common.ts';

const ofApiKey = z.object({ keyId: id });
const done = z.object({ ok: z.literal(true) });

export const apiKeyEndpoints = {
  listApiKeys: {
    method: 'GET',
    path: '/api/keys',
    summary: "Keys of the company's own systems, without their secrets",
    role: 'administrator',
    status: 200,
    answer: z.object({ keys: z.array(apiKeyView) }),
  },
  makeApiKey: {
    method: 'POST',
    path: '/api/keys',
    summary: 'Makes a key; only this answer contains its secrets',
    role: 'administrator',
    body: newApiKey,
    status: 201,
    answer: apiKeySecrets,
  },
  changeApiKey: {
    method: 'PATCH',
    path: '/api/keys/:keyId',
    summary: "Changes a key's name, rights, rate or status address, or switches it on and off",
    role: 'administrator',
    params: ofApiKey,
    body: apiKeyPatch,
    status: 200,
    answer: apiKeyView,
  },
  rotateApiKey: {
    method: 'POST',
    path: '/api/keys/:keyId/rotate',
    summary: 'Makes a new secret; the previous one stays valid during the overlap',
    role: 'administrator',
    params: ofApiKey,
    body: apiKeyRotation,
    status: 200,
    answer: apiKeySecrets,
  },
  renewWebhookSecret: {
    method: 'POST',
    path: '/api/keys/:keyId/webhook-secret',
    summary: 'Makes a new secret that signs status webhooks; it is used at once',
    role: 'administrator',
    params: ofApiKey,
    status: 200,
    answer: apiKeySecrets,
  },
  listStatusNotices: {
    method: 'GET',
    path: '/api/keys/:keyId/notices',
    summary: 'The latest status webhooks of a key',
    role: 'administrator',
    params: ofApiKey,
    query: z.strictObject({ state: z.enum(noticeStates).optional() }),
    status: 200,
    answer: z.object({ notices: z.array(statusNoticeView) }),
  },
  sendNoticeAgain: {
    method: 'POST',
    path: '/api/keys/:keyId/notices/again',
    summary: 'Posts one status again',
    role: 'administrator',
    params: ofApiKey,
    body: z.strictObject({ messageId: id, sequence: z.number().int().nonnegative() }),
    status: 202,
    answer: done,
  },
} as const satisfies Record<string, Endpoint>;
