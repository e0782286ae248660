/** Erasure of a client (N17, personal data). A scan of the real store afterwards also opens sealed values. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAudit } from '../../../server/audit/audit.ts';
import { blockPhone, findBlocked } from '../../../server/companies/blockList.ts';
import { createErasing, type ErasingDeps } from '../../../server/personalData/erasing.ts';
import { scanStore } from '../../support/scanStore.ts';
import { admin, type ErasureFixture, startErasure } from './erasureFixture.ts';

let desk: ErasureFixture;
beforeAll(async () => {
  desk = await startErasure();
});
afterAll(() => desk?.[Symbol.asyncDispose]());

const minute = 60_000;
const after = (ms: number) => new Date(Date.now() + ms);
const scan = (traces: string[]) => scanStore(desk.connection, desk.sealing, traces);
const collectionsOf = (places: string[]) => [...new Set(places.map((place) => place.split('.')[0]))].sort();

it('leaves nothing of the client in any collection, once the quota has run out', async () => {
  const planted = await desk.plant();
  const before = await scan(planted.traces);
  expect(collectionsOf(before)).toEqual([
    'audit',
    'clients',
    'conversations',
    'deadLetters',
    'drafts',
    'mailingRows',
    'mailings',
    'messages',
    'quota',
    'relayPackets',
    'serviceMessages',
    'statusWebhooks',
    'uploads',
  ]);
  expect((await desk.ask(planted.client._id, planted.name)).kind).toBe('asked');
  await desk.erasing.work(after(0));
  // The daily quota also holds for an erased client: until it ends, the index and the erasure's phone stay.
  expect(collectionsOf(await scan(planted.traces))).toEqual(['erasures', 'quota']);
  expect(await scan([planted.name, planted.secret, planted.peerId])).toEqual([]);
  const left = (await desk.sending.quota.left(planted.sent.communityId, planted.phoneIndex)).left;
  expect(left).toBe(4);

  await desk.erasing.work(after(2 * minute));
  expect(await desk.erasures.findOne({ clientId: planted.client._id })).toMatchObject({ state: 'waiting' });
  await desk.erasing.work(after(25 * 60 * minute));
  expect(await desk.erasures.findOne({ clientId: planted.client._id })).toMatchObject({ state: 'done' });
  expect(await scan(planted.traces)).toEqual([]);
});

it('keeps the order of messages, statuses and data of other clients, and publishes every change', async () => {
  const planted = await desk.plant();
  const before = await desk.messages
    .find({ conversationId: planted.conversation._id })
    .sort({ seq: 1 })
    .lean();
  const earlier = (await desk.conversations.findById(planted.conversation._id).lean())!;
  desk.published.length = 0;
  await desk.ask(planted.client._id, planted.name);
  await desk.erasing.work(after(0));

  const messages = await desk.messages
    .find({ conversationId: planted.conversation._id })
    .sort({ seq: 1 })
    .lean();
  expect(messages.map(({ seq }) => seq)).toEqual(before.map(({ seq }) => seq));
  expect(messages.map(({ kind }) => kind)).toEqual(before.map(({ kind }) => kind));
  expect(messages.every(({ version }, at) => version > before[at]!.version)).toBe(true);
  const conversation = (await desk.conversations.findById(planted.conversation._id).lean())!;
  expect(conversation).toMatchObject({ status: 'resolved', canWrite: false, isWaiting: false, labels: [] });
  expect(conversation.revision).toBeGreaterThan(earlier.revision);
  // A tab that applies each change in turn holds what a fresh read gives.
  const changes = desk.published.flatMap((change) =>
    change.type === 'conversation.changed' ? [change] : [],
  );
  expect(changes.map(({ row: { revision } }) => revision)).toEqual(
    Array.from({ length: conversation.revision - earlier.revision }, (_, at) => earlier.revision + 1 + at),
  );
  expect(changes.at(-1)?.row).toMatchObject({ isErased: true, client: { name: 'Удалённый клиент' } });

  const service = await desk.sending.read(planted.sent);
  expect(service).toMatchObject({ status: 'sent', text: '', variables: {}, templateName: 'orderReady' });
  expect(service.history.length).toBeGreaterThan(0);
  expect(desk.sending.phones.open(service.phoneSealed, service._id)).toBe('');
  expect(await desk.sending.read(planted.queued)).toMatchObject({
    status: 'undelivered',
    endCode: 'cancelled',
  });
  expect((await desk.clients.findById(planted.other._id).lean())!.refusedPhoneIndexes).toHaveLength(1);
  expect(await scan(['Кто-то другой'])).toContain('mailingRows.sealed: Кто-то другой');
  expect(await desk.uploads.find([planted.upload._id])).toEqual([]);
});

it('does not store erased messages again when the network sends them again', async () => {
  const planted = await desk.plant();
  await desk.ask(planted.client._id, planted.name);
  await desk.erasing.work(after(0));
  expect(await desk.intake.tailPosition(desk.sending.vk, planted.peerId)).toBe(2);
  await planted.say(1, `${planted.secret} из истории`);
  await planted.say(2, `${planted.secret} ещё раз`);
  expect(await scan([planted.secret])).toEqual([]);

  // A person who writes again becomes a new client, and their thread begins with that message.
  await planted.say(3, 'Здравствуйте снова');
  const fresh = await desk.conversations.findOne({ peerId: planted.peerId }).lean();
  expect(fresh).toMatchObject({ lastSeq: 1, tailPosition: 3 });
  expect(fresh!.clientId).not.toEqual(planted.client._id);
  await planted.say(2, `${planted.secret} поздно`);
  expect(await scan([planted.secret])).toEqual([]);
  await desk.erasing.work(after(2 * minute));
  expect(await scan(['Здравствуйте снова'])).not.toEqual([]);
});

it('also removes a message that another process stored meanwhile', async () => {
  const planted = await desk.plant();
  const stale = (await desk.conversations.findById(planted.conversation._id).lean())!;
  await desk.ask(planted.client._id, planted.name);
  await desk.erasing.work(after(0));
  const { _id, ...message } = (await desk.messages.findOne({ conversationId: stale._id, seq: 1 }).lean())!;
  await desk.messages.create({
    ...message,
    peerId: planted.peerId,
    seq: stale.lastSeq + 1,
    externalId: '77',
    position: 77,
    kind: 'reply',
    text: planted.secret,
    erasedAt: undefined,
  });
  await desk.conversationStore.rollForward(stale._id);
  await desk.erasing.work(after(2 * minute));
  expect(await scan([planted.secret, planted.peerId])).toEqual([]);
  expect(await desk.conversations.findById(stale._id).lean()).toMatchObject({
    isWaiting: false,
    status: 'resolved',
  });
  expect(await desk.intake.tailPosition(desk.sending.vk, planted.peerId)).toBe(77);
});

it('keeps a blocked phone blocked, but nobody can read whose it was', async () => {
  const planted = await desk.plant();
  const audit = createAudit(desk.auditLines);
  await blockPhone({ ...desk, audit }, { phone: planted.phone, reason: planted.name }, admin);
  await desk.ask(planted.client._id, planted.name);
  await desk.erasing.work(after(0));
  await desk.erasing.work(after(25 * 60 * minute));
  expect(await scan(planted.traces)).toEqual([`blockedPhones.phoneIndex: ${planted.phoneIndex}`]);
  expect(await findBlocked(desk.blockedPhones, desk.companyId, [planted.phoneIndex])).toContain(
    planted.phoneIndex,
  );
});

describe('a request to erase', () => {
  it('needs the client’s name, makes one erasure however often repeated, and is registered', async () => {
    const planted = await desk.plant();
    expect(await desk.ask(planted.client._id, 'Другое имя')).toEqual({ kind: 'nameDiffers' });
    const asked = await Promise.all(
      [1, 2, 3].map(() => desk.ask(planted.client._id, ` ${planted.name.toUpperCase()} `)),
    );
    const ids = asked.map((each) => (each.kind === 'asked' ? each.erasure._id.toHexString() : each.kind));
    expect(new Set(ids).size).toBe(1);
    const lines = await desk.deps.erasures.db
      .collection('personalDataRegister')
      .find({ clientId: planted.client._id })
      .toArray();
    expect(lines).toMatchObject([{ action: 'erased', details: { reason: 'clientAsked' } }]);
    await desk.erasing.work(after(0));
  });
});

it('is finished by the next process, at whatever step the previous ones died', async () => {
  const planted = await desk.plant();
  await desk.ask(planted.client._id, planted.name);
  desk.published.length = 0;
  let deaths = 0;
  // Each process completes one write more than the previous one, a lease later.
  for (let write = 1; ; write += 1) {
    const erasing = createErasing(dyingAt(desk.deps, write));
    const hasDied = await erasing.work(after(write * 2 * minute)).then(
      () => false,
      () => true,
    );
    if (!hasDied) break;
    deaths += 1;
  }
  expect(deaths).toBeGreaterThan(10);
  for (const hours of [3, 30]) await desk.erasing.work(after(hours * 60 * minute));
  expect(await scan(planted.traces)).toEqual([]);
  expect(await desk.erasures.findOne({ clientId: planted.client._id })).toMatchObject({ state: 'done' });
  // No screen keeps an old text: the last published version of each message is the stored one.
  const published = new Map(
    desk.published.flatMap((change) =>
      change.type === 'conversation.changed' ? change.messages.map((each) => [each.id, each]) : [],
    ),
  );
  const stored = await desk.messages.find({ conversationId: planted.conversation._id }).lean();
  expect(stored.map(({ _id }) => published.get(_id.toHexString())?.version)).toEqual(
    stored.map(({ version }) => version),
  );
}, 60_000);

const writes = new Set(['create', 'updateOne', 'updateMany', 'deleteOne', 'deleteMany', 'findOneAndUpdate']);

/** The same dependencies, but the process dies before the n-th write. */
function dyingAt(deps: ErasingDeps, n: number): ErasingDeps {
  let count = 0;
  const dying = <T extends object>(dep: T): T =>
    new Proxy(dep, {
      get(target, key) {
        const value = Reflect.get(target, key) as unknown;
        if (key === 'collection' && typeof value === 'object' && value !== null) return dying(value);
        if (typeof value !== 'function') return value;
        if (!writes.has(String(key)) && key !== 'bulkWrite' && key !== 'change' && key !== 'erase')
          return value.bind(target) as unknown;
        return (...args: unknown[]) => {
          count += 1;
          if (count >= n) throw new Error('the process died');
          return value.apply(target, args) as unknown;
        };
      },
    });
  return {
    ...deps,
    clients: dying(deps.clients),
    erasures: dying(deps.erasures),
    conversations: dying(deps.conversations),
    messages: dying(deps.messages),
    conversationStore: dying(deps.conversationStore),
    uploads: dying(deps.uploads),
    serviceMessages: dying(deps.serviceMessages),
    statusNotices: dying(deps.statusNotices),
    campaigns: dying(deps.campaigns),
    campaignRows: dying(deps.campaignRows),
    auditLines: dying(deps.auditLines),
    quota: dying(deps.quota),
  };
}
