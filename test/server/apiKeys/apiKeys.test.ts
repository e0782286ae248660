import { Types } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { apiKeyModel } from '../../../server/apiKeys/apiKey.model.ts';
import { createKeyRing } from '../../../server/apiKeys/keyRing.ts';
import { auditModel, createAudit } from '../../../server/audit/audit.ts';
import { createAudited } from '../../../server/audit/audited.ts';
import { auditIntentModel } from '../../../server/audit/intents.ts';
import { apiKeyRoutes } from '../../../server/http/apiKeys.route.ts';
import { createStatusOutbox } from '../../../server/statusWebhooks/enqueue.ts';
import { statusNoticesModel } from '../../../server/statusWebhooks/statusNotices.model.ts';
import { problemOfTarget } from '../../../server/statusWebhooks/target.ts';
import { createSealing } from '../../../server/storage/sealing.ts';
import type { ApiKeySecrets, ApiKeyView } from '../../../shared/schemas/apiKey.ts';
import { openTestStore, type TestStore } from '../../support/store.ts';
import { type Served, serve } from '../http/serve.ts';

const companyId = new Types.ObjectId();
let store: TestStore;
let served: Served;
let wakes = 0;
beforeAll(async () => {
  store = await openTestStore();
  const { connection } = store;
  const apiKeys = apiKeyModel(connection);
  const notices = statusNoticesModel(connection);
  await store.build([apiKeys, notices, auditModel(connection), auditIntentModel(connection)] as never);
  const sealing = createSealing(Buffer.alloc(32, 3));
  served = await serve();
  apiKeyRoutes(served.endpoints, {
    companyId,
    apiKeys,
    sealing,
    audited: createAudited({
      auditLines: auditModel(connection),
      auditIntents: auditIntentModel(connection),
    }),
    problemOfStatusUrl: (url) => problemOfTarget(url, { allowsPrivate: false })?.en ?? null,
    forget: createKeyRing({ apiKeys, sealing }).forget,
    notices,
    wakeNotices: () => {
      wakes += 1;
    },
  });
});
afterAll(async () => {
  await served[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

async function call<T>(method: string, path: string, body?: unknown, role = 'administrator') {
  const answer = await fetch(`${served.url}/api/keys${path}`, {
    method,
    headers: { 'x-test-role': role, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return {
    status: answer.status,
    body: (await answer.json()) as T & { error?: { code: string; field?: string } },
  };
}
const make = async (given: Record<string, unknown> = {}) =>
  (await call<ApiKeySecrets>('POST', '', { name: 'Shop', rights: ['send'], ...given })).body;

it('shows the secrets of a key once, and stores them sealed', async () => {
  const made = await make();
  expect(made.consumerSecret).toMatch(/^[\w-]{43}$/);
  expect(made.webhookSecret).toMatch(/^[\w-]{43}$/);
  const { body } = await call<{ keys: ApiKeyView[] }>('GET', '');
  expect(body.keys.find(({ id }) => id === made.key.id)).toEqual(made.key);
  const kept = JSON.stringify([
    await apiKeyModel(store.connection).find({}).lean(),
    await auditModel(store.connection).find({}).lean(),
    body,
  ]);
  for (const secret of [made.consumerSecret, made.webhookSecret]) expect(kept).not.toContain(secret);
});

it('writes each action into the audit, with its person and its key', async () => {
  const { key } = await make({ name: 'Audited' });
  await call('PATCH', `/${key.id}`, { isActive: false, rights: ['read', 'send'] });
  await call('POST', `/${key.id}/rotate`, { overlapHours: 24 });
  await call('POST', `/${key.id}/webhook-secret`);
  const lines = await createAudit(auditModel(store.connection)).linesAbout(companyId, key.id, 10);
  expect(lines.map(({ action }) => action).reverse()).toEqual([
    'apiKey.made',
    'apiKey.changed',
    'apiKey.rotated',
    'apiKey.webhookSecretRenewed',
  ]);
  expect(lines[2]).toMatchObject({ personName: 'T', details: { isActive: false, rights: 'read send' } });
});

it('keeps at most two secrets, the older one until its overlap ends', async () => {
  const { key } = await make();
  const first = await call<ApiKeySecrets>('POST', `/${key.id}/rotate`, { overlapHours: 24 });
  const second = await call<ApiKeySecrets>('POST', `/${key.id}/rotate`, { overlapHours: 2 });
  expect(first.body.consumerSecret).not.toBe(second.body.consumerSecret);
  expect(second.body.webhookSecret).toBeNull();
  const { secrets } = second.body.key;
  expect(secrets).toHaveLength(2);
  expect(secrets[0]?.worksUntil).toBeNull();
  const leftMs = Date.parse(secrets[1]?.worksUntil ?? '') - Date.now();
  expect(leftMs).toBeGreaterThan(1.9 * 3_600_000);
  expect(leftMs).toBeLessThanOrEqual(2 * 3_600_000);
  const both = await Promise.all(
    [1, 2].map(() => call<ApiKeySecrets>('POST', `/${key.id}/rotate`, { overlapHours: 1 })),
  );
  expect(both.map(({ status }) => status)).toEqual([200, 200]);
});

it('refuses an internal address, an unknown key, and a person who is not an administrator', async () => {
  const inside = await call('POST', '', { name: 'a', rights: ['send'], statusUrl: 'https://10.0.0.1/' });
  expect(inside).toMatchObject({
    status: 422,
    body: { error: { code: 'statusUrlRefused', field: 'statusUrl' } },
  });
  const { key } = await make();
  const moved = await call('PATCH', `/${key.id}`, { statusUrl: 'http://shop.example.com/' });
  expect(moved.body.error?.code).toBe('statusUrlRefused');
  const nothing = '0'.repeat(24);
  expect((await call('PATCH', `/${nothing}`, { name: 'b' })).status).toBe(404);
  expect((await call('POST', `/${nothing}/rotate`, { overlapHours: 0 })).status).toBe(404);
  expect((await call('GET', `/${nothing}/notices`)).status).toBe(404);
  expect((await call('GET', '', undefined, 'supervisor')).status).toBe(403);
  expect((await call('POST', '', { name: 'a', rights: [] })).status).toBe(400);
});

it('lists the notices of a key, and queues one of them again', async () => {
  const { key } = await make({ statusUrl: 'https://shop.example.com/status' });
  const notices = statusNoticesModel(store.connection);
  const messageId = new Types.ObjectId();
  await createStatusOutbox({
    notices,
    statusUrlOf: async () => key.statusUrl,
    wake: () => undefined,
  }).enqueue(
    {
      _id: messageId,
      companyId,
      keyId: new Types.ObjectId(key.id),
      clientMessageId: null,
      statusUrl: null,
      callbackData: null,
    },
    { sequence: 1, status: 'sent', at: new Date(), code: null },
  );
  const again = { messageId: messageId.toHexString(), sequence: 1 };
  expect((await call('POST', `/${key.id}/notices/again`, again)).status).toBe(404);
  await notices.updateOne({ _id: messageId }, { $set: { 'moves.0.state': 'failed' } });
  const listed = await call<{ notices: unknown[] }>('GET', `/${key.id}/notices?state=failed`);
  expect(listed.body.notices).toMatchObject([
    { sequence: 1, url: 'https://shop.example.com/status', state: 'failed' },
  ]);
  expect((await call('POST', `/${key.id}/notices/again`, again)).status).toBe(202);
  expect(wakes).toBe(1);
});
