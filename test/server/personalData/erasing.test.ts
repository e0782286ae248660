/** Erasure of a client (N17), over a real store that is searched through afterwards, behind the seals too. */
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
const scan = (words: string[]) => scanStore(desk.connection, desk.sealing, words);
const collectionsOf = (places: string[]) => [...new Set(places.map((place) => place.split('.')[0]))].sort();

it('leaves nothing of the client in any collection, once the quota has run out', async () => {
  const planted = await desk.plant();
  const before = await scan(planted.words);
  expect(collectionsOf(before)).toEqual([
    'audit',
    'clients',
    'conversations',
    'mailingRows',
    'messages',
    'quota',
    'relayPackets',
    'serviceMessages',
    'statusWebhooks',
    'uploads',
  ]);
  expect((await desk.ask(planted.client._id, planted.name)).kind).toBe('asked');
  await desk.erasing.work(after(0));
  // Five a day hold for who was erased too: until then the index stays, and what finds it.
  expect(collectionsOf(await scan(planted.words))).toEqual(['erasures', 'quota']);
  expect(await scan([planted.name, planted.secret, planted.peerId])).toEqual([]);
  const left = (await desk.sending.quota.left(planted.sent.communityId, planted.phoneIndex)).left;
  expect(left).toBe(4);

  await desk.erasing.work(after(2 * minute));
  expect(await desk.erasures.findOne({ clientId: planted.client._id })).toMatchObject({ state: 'waiting' });
  await desk.erasing.work(after(25 * 60 * minute));
  expect(await desk.erasures.findOne({ clientId: planted.client._id })).toMatchObject({ state: 'done' });
  expect(await scan(planted.words)).toEqual([]);
});

it('keeps places, statuses and rows of others, and tells screens', async () => {
  const planted = await desk.plant();
  const before = await desk.messages.find({ conversationId: planted.row._id }).sort({ seq: 1 }).lean();
  const held = (await desk.conversations.findById(planted.row._id).lean())!;
  desk.announced.length = 0;
  await desk.ask(planted.client._id, planted.name);
  await desk.erasing.work(after(0));

  const messages = await desk.messages.find({ conversationId: planted.row._id }).sort({ seq: 1 }).lean();
  expect(messages.map(({ seq }) => seq)).toEqual(before.map(({ seq }) => seq));
  expect(messages.map(({ kind }) => kind)).toEqual(before.map(({ kind }) => kind));
  expect(messages.every(({ version }, at) => version > before[at]!.version)).toBe(true);
  const row = (await desk.conversations.findById(planted.row._id).lean())!;
  expect(row).toMatchObject({ status: 'resolved', canWrite: false, isUnread: false, labels: [] });
  expect(row.revision).toBeGreaterThan(held.revision);
  // A tab that applied each change in turn holds what a fresh read gives.
  const told = desk.announced.flatMap((change) => (change.type === 'conversation.changed' ? [change] : []));
  expect(told.map(({ row: { revision } }) => revision)).toEqual(
    Array.from({ length: row.revision - held.revision }, (_, at) => held.revision + 1 + at),
  );
  expect(told.at(-1)?.row).toMatchObject({ isErased: true, client: { name: 'Удалённый клиент' } });

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

it('is not undone by the network, which still has the messages', async () => {
  const planted = await desk.plant();
  await desk.ask(planted.client._id, planted.name);
  await desk.erasing.work(after(0));
  expect(await desk.intake.tailPosition(desk.sending.vk, planted.peerId)).toBe(2);
  await planted.say(1, `${planted.secret} из истории`);
  await planted.say(2, `${planted.secret} ещё раз`);
  expect(await scan([planted.secret])).toEqual([]);

  // Who writes anew is somebody new, and the desk begins with what they write.
  await planted.say(3, 'Здравствуйте снова');
  const fresh = await desk.conversations.findOne({ peerId: planted.peerId }).lean();
  expect(fresh).toMatchObject({ lastSeq: 1, tailPosition: 3 });
  expect(fresh!.clientId).not.toEqual(planted.client._id);
  await planted.say(2, `${planted.secret} поздно`);
  expect(await scan([planted.secret])).toEqual([]);
  await desk.erasing.work(after(2 * minute));
  expect(await scan(['Здравствуйте снова'])).not.toEqual([]);
});

it('removes what somebody was storing meanwhile', async () => {
  const planted = await desk.plant();
  const stale = (await desk.conversations.findById(planted.row._id).lean())!;
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
    isUnread: false,
    status: 'resolved',
  });
  expect(await desk.intake.tailPosition(desk.sending.vk, planted.peerId)).toBe(77);
});

it('leaves a block in force, and nobody able to read whom it is of', async () => {
  const planted = await desk.plant();
  const audit = createAudit(desk.auditLines);
  await blockPhone({ ...desk, audit }, { phone: planted.phone, reason: planted.name }, admin);
  await desk.ask(planted.client._id, planted.name);
  await desk.erasing.work(after(0));
  await desk.erasing.work(after(25 * 60 * minute));
  expect(await scan(planted.words)).toEqual([`blockedPhones.phoneIndex: ${planted.phoneIndex}`]);
  expect(await findBlocked(desk.blockedPhones, desk.companyId, [planted.phoneIndex])).toContain(
    planted.phoneIndex,
  );
});

describe('asking for it', () => {
  it('needs the name, is one erasure however often, and stands in the register', async () => {
    const planted = await desk.plant();
    expect(await desk.ask(planted.client._id, 'Другое имя')).toEqual({ kind: 'nameDiffers' });
    const asked = await Promise.all(
      [1, 2, 3].map(() => desk.ask(planted.client._id, ` ${planted.name.toUpperCase()} `)),
    );
    const ids = asked.map((each) => (each.kind === 'asked' ? each.erasure._id.toHexString() : each.kind));
    expect(new Set(ids).size).toBe(1);
    const lines = await desk.parts.erasures.db
      .collection('personalDataRegister')
      .find({ clientId: planted.client._id })
      .toArray();
    expect(lines).toMatchObject([{ action: 'erased', details: { reason: 'clientAsked' } }]);
    await desk.erasing.work(after(0));
  });
});

it('is finished by the next process, wherever the ones before died', async () => {
  const planted = await desk.plant();
  await desk.ask(planted.client._id, planted.name);
  desk.announced.length = 0;
  let deaths = 0;
  // Each comes one write further than the one before, a lease later.
  for (let write = 1; ; write += 1) {
    const erasing = createErasing(dyingAt(desk.parts, write));
    const hasDied = await erasing.work(after(write * 2 * minute)).then(
      () => false,
      () => true,
    );
    if (!hasDied) break;
    deaths += 1;
  }
  expect(deaths).toBeGreaterThan(10);
  for (const hours of [3, 30]) await desk.erasing.work(after(hours * 60 * minute));
  expect(await scan(planted.words)).toEqual([]);
  expect(await desk.erasures.findOne({ clientId: planted.client._id })).toMatchObject({ state: 'done' });
  // Nobody's screen was left with the words: the last that was told of each message is what it is now.
  const told = new Map(
    desk.announced.flatMap((change) =>
      change.type === 'conversation.changed' ? change.messages.map((each) => [each.id, each]) : [],
    ),
  );
  const stored = await desk.messages.find({ conversationId: planted.row._id }).lean();
  expect(stored.map(({ _id }) => told.get(_id.toHexString())?.version)).toEqual(
    stored.map(({ version }) => version),
  );
}, 60_000);

const writes = new Set(['create', 'updateOne', 'updateMany', 'deleteOne', 'deleteMany', 'findOneAndUpdate']);

/** The same parts; the n-th write is not carried out, and the process is gone. */
function dyingAt(deps: ErasingDeps, n: number): ErasingDeps {
  let count = 0;
  const dying = <T extends object>(part: T): T =>
    new Proxy(part, {
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
