/** N17, personal data: it is sealed, its views are registered, one client can be exported and erased. */
import { randomBytes } from 'node:crypto';
import { Types } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Client, clientModel } from '../../server/clients/client.model.ts';
import { phoneReportModel } from '../../server/clients/phoneReport.model.ts';
import { openKeys } from '../../server/keys/keptKeys.ts';
import { keyModels } from '../../server/keys/keys.model.ts';
import { rotateKeys } from '../../server/keys/rotateKeys.ts';
import { sealClientPhone } from '../../server/phones/clientPhones.ts';
import { phoneIndexOf } from '../../server/phones/phoneIndex.ts';
import { quotaModel } from '../../server/serviceMessages/quota/quota.model.ts';
import { createSealing, type Sealing } from '../../server/storage/sealing.ts';
import { loadSecrets } from '../../server/storage/secretsFile.ts';
import { stateOf } from '../../server/storage/storageEncryption.ts';
import { clientExportPath } from '../../shared/clientExportPath.ts';
import { callSigned } from '../server/http/v1/signedClient.ts';
import type { DeskClient } from '../support/deskProcess.ts';
import { scanStore } from '../support/scanStore.ts';
import { sealedModels } from '../support/sealedModels.ts';
import { annaId, annaPhone, type ServiceDesk, startServiceDesk } from '../support/serviceDesk.ts';
import { startDesk } from '../support/startDesk.ts';
import { openTestStore, type TestStore } from '../support/store.ts';
import { until } from '../support/until.ts';

const secret = 'вишнёвое варенье';
let store: TestStore;
let desk: ServiceDesk;
let sealing: Sealing;
let secretKey: Buffer;
let agent: DeskClient;
let supervisor: DeskClient;
let clientId: string;
let conversationId: string;

beforeAll(async () => {
  store = await openTestStore();
  secretKey = randomBytes(32);
  desk = await startServiceDesk({
    env: { MONGODB_URI: store.uri, SECRET_KEY: secretKey.toString('base64') },
    timing: { sender: { pollMs: 50, leaseMs: 3_000 }, erasing: { lateWritesMs: 0 } },
  });
  const secrets = await loadSecrets('', { secretKey });
  ({ sealing } = await openKeys(
    { ...keyModels(store.connection), ...sealedModels(store.connection) },
    secrets,
  ));
  agent = await desk.as('anna@example.com');
  supervisor = await desk.as('maria@example.com');
  const inbox = await desk.openInbox(agent);
  desk.sandbox.control.clientSends({ groupId: desk.groupId, userId: annaId, text: `Про ${secret}` });
  const { row } = await inbox.nextChange('the conversation', (change) => change.row.client.name !== '');
  clientId = row.client.id;
  conversationId = row.id;
  const _id = new Types.ObjectId(clientId);
  await clientModel(store.connection).updateOne(
    { _id },
    {
      $set: {
        phoneSealed: sealClientPhone(sealing, _id, annaPhone),
        phoneIndex: phoneIndexOf(sealing, annaPhone),
      },
    },
  );
  const messageId = await desk.send();
  await desk.untilStatus(messageId, 'delivered');
}, 60_000);
afterAll(async () => {
  await desk?.[Symbol.asyncDispose]();
  await store?.[Symbol.asyncDispose]();
});

const registerOf = async () =>
  (await desk.admin.call('listRegister', { query: { clientId } })).lines.map(({ personName, action, seen }) =>
    `${personName} ${action} ${[...seen].sort().join('+')}`.trim(),
  );

it('stores no readable phone', async () => {
  const bare = createSealing(randomBytes(32));
  const seen = await scanStore(store.connection, { ...bare, open: () => '' }, [
    annaPhone,
    annaPhone.slice(2),
  ]);
  expect(seen).toEqual([]);
});

it('tells only administrators whether names and texts are encrypted on disk, as last checked', async () => {
  const { state, found, lookedAt } = await desk.admin.call('readStorageEncryption');
  expect(state).toBe(stateOf(found, false));
  expect(Date.parse(lookedAt)).toBeLessThan(Date.now());
  // A repeated request returns the same check: the desk does not check anew for each request.
  expect(await desk.admin.call('readStorageEncryption')).toMatchObject({ lookedAt });
  await expect(supervisor.call('readStorageEncryption')).rejects.toThrow('forbidden');
});

it('registers who opened a card, and who saw the phone on it', async () => {
  const params = { clientId };
  expect((await agent.call('readClient', { params })).client.phone).toContain('•');
  expect((await supervisor.call('readClient', { params })).client.phone).toBe(annaPhone);
  await agent.call('listMessages', { params: { conversationId } });
  const lines = await until('the views to be registered', async () => {
    const found = await registerOf();
    return found.some((line) => line.includes('card+thread')) && found.length === 2 && found;
  });
  expect(lines.some((line) => line.endsWith('seen card+phone'))).toBe(true);
  expect(JSON.stringify(lines)).not.toContain(annaPhone);
  await expect(supervisor.call('listRegister', {})).rejects.toThrow('forbidden');
});

it('registers who saw full phones in the list of deliveries', async () => {
  const { rows } = await supervisor.call('searchDeliveries', { body: {} });
  await supervisor.call('searchDeliveries', { body: { known: rows.map(({ id }) => id) } });
  const line = await until('the list to be registered', async () => {
    const { lines } = await desk.admin.call('listRegister', { query: {} });
    return lines.find(({ seen }) => seen.includes('deliveries'));
  });
  expect(line).toMatchObject({ clientId: null, clientName: '', details: { rows: rows.length } });
  expect(JSON.stringify(line)).not.toContain(annaPhone);
});

it('exports all data of one client, to an administrator only', async () => {
  const read = (person: DeskClient) =>
    fetch(desk.url + clientExportPath(clientId), { headers: { cookie: person.cookie } });
  expect((await read(supervisor)).status).toBe(403);
  const block = await desk.admin.call('blockPhone', {
    body: { phone: annaPhone, reason: 'Просила не писать' },
  });
  const { companyId } = (await clientModel(store.connection).findById(clientId).lean<Client>())!;
  const phoneIndex = phoneIndexOf(sealing, annaPhone);
  await phoneReportModel(store.connection).updateOne(
    { companyId, phoneIndex, network: 'vk' },
    { $set: { said: 'confirmed', at: new Date() } },
    { upsert: true },
  );
  const answer = await read(desk.admin);
  expect(answer.headers.get('content-disposition')).toContain('attachment');
  // The file is read while it is written: what changes before its end is in it or not.
  const file = (await answer.json()) as Record<string, never[]> & { client: unknown };
  await desk.admin.call('unblockPhone', { params: { blockedPhoneId: block.id } });
  expect(file.client).toMatchObject({ phone: annaPhone, bonds: [{ network: 'vk' }] });
  expect(file.conversations).toMatchObject([
    {
      messages: [
        { kind: 'reply', text: `Про ${secret}` },
        { kind: 'service', text: 'Заказ №7 готов' },
      ],
    },
  ]);
  expect(file.blocks).toMatchObject([{ reason: 'Просила не писать' }]);
  expect(file.phoneReports).toMatchObject([{ network: 'vk', said: 'confirmed' }]);
  expect(file.serviceMessages).toMatchObject([{ text: 'Заказ №7 готов', status: 'delivered' }]);
  expect(file.register).toHaveLength(3);
  expect(await registerOf()).toContainEqual(expect.stringContaining('exported'));
});

it('erases a client by name, and nothing is left once the quota window has passed', async () => {
  const params = { clientId };
  const { name } = (await clientModel(store.connection).findById(clientId).lean<Client>())!;
  const reason = { reason: 'clientAsked' } as const;
  await expect(
    desk.admin.call('eraseClient', { params, body: { name: 'Не она', ...reason } }),
  ).rejects.toThrow('nameDiffers');
  await expect(supervisor.call('eraseClient', { params, body: { name, ...reason } })).rejects.toThrow(
    'forbidden',
  );
  const inbox = await desk.openInbox(agent);
  await desk.admin.call('eraseClient', { params, body: { name, ...reason } });
  const change = await inbox.nextChange('the thread to be emptied', ({ row, messages }) => {
    return row.id === conversationId && messages.some(({ isErased }) => isErased);
  });
  expect(JSON.stringify(change)).not.toContain(secret);
  await expect(
    agent.call('sendAnswer', {
      params: { conversationId },
      body: { clientToken: 'after-the-end', text: 'Ау?' },
    }),
  ).rejects.toThrow('clientErased');

  const stateOf = async () => (await desk.admin.call('listErasures')).erasures[0]?.state;
  await until('all but the quota to be gone', async () => (await stateOf()) === 'waiting');
  const texts = [annaPhone, annaPhone.slice(2), phoneIndexOf(sealing, annaPhone), name, secret];
  const left = await scanStore(store.connection, sealing, texts);
  // N7, the daily quota, cannot be bypassed by erasure: the window stays, with the index that finds it.
  expect(left.map((place) => place.split('.')[0]).filter((each) => each !== 'quota')).toEqual(
    left.filter((place) => place.startsWith('erasures')).map(() => 'erasures'),
  );
  const dayAgo = new Date(Date.now() - 25 * 3600_000);
  await quotaModel(store.connection).updateMany(
    {},
    { $set: { 'units.0.sentAt': dayAgo, 'units.0.takenAt': dayAgo } },
  );
  await store.connection.collection('erasures').updateMany({}, { $set: { dueAt: new Date() } });
  await until('the erasure to be done', async () => (await stateOf()) === 'done');
  expect(await scanStore(store.connection, sealing, texts)).toEqual([]);
  expect(await registerOf()).toContainEqual(expect.stringContaining('erased'));
});

it('changes the encryption key: people stay signed in, tokens and API keys work, the old key is dropped', async () => {
  const models = { ...keyModels(store.connection), ...sealedModels(store.connection) };
  const newKey = randomBytes(32);
  await desk.desk.close();
  const secrets = await loadSecrets('', { secretKey: newKey, formerSecretKeys: [secretKey] });
  expect(await rotateKeys({ ...models, secrets, catchUpMs: 0 })).toMatchObject({ kind: 'done' });
  await using after = await startDesk({
    env: { MONGODB_URI: store.uri, SECRET_KEY: newKey.toString('base64') },
    dataDir: desk.dataDir,
  });
  const answer = await fetch(`${after.url}/api/desk`, { headers: { cookie: agent.cookie } });
  expect(answer.status).toBe(200);
  // `startDesk` has already waited until the community is live again, so its token was opened.
  const request = { phone: '+79990000002', template: 'orderReady', variables: { order: '№8' } };
  const sent = await callSigned(desk.key, 'POST', `${after.url}/api/v1/messages`, { body: request });
  expect(sent.status).toBe(202);
});
