/**
 * The register (N17, personal data): views within a second and one line per hour, other entries before the answer.
 */
import { Types } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readRegister } from '../../../server/accessRegister/readRegister.ts';
import { registerModel } from '../../../server/accessRegister/register.model.ts';
import { createRegister } from '../../../server/accessRegister/register.ts';
import { clientModel } from '../../../server/clients/client.model.ts';
import { openTestStore, silent, type TestStore } from '../../support/store.ts';
import { until } from '../../support/until.ts';

let store: TestStore;
const companyId = new Types.ObjectId();
const anna = { id: new Types.ObjectId().toHexString(), name: 'Анна' };
const ivan = { id: new Types.ObjectId().toHexString(), name: 'Иван' };
const linesOf = (clientId: Types.ObjectId) => registerModel(store.connection).find({ clientId }).lean();
const open = (flushMs = 20) =>
  createRegister({ companyId, register: registerModel(store.connection), logger: silent, flushMs });

beforeAll(async () => {
  store = await openTestStore();
  await store.build([registerModel(store.connection), clientModel(store.connection)] as never);
});
afterAll(() => store[Symbol.asyncDispose]());

it('holds one line per person, client and hour, with everything that the person viewed', async () => {
  const register = open();
  const clientId = new Types.ObjectId();
  for (let times = 0; times < 50; times += 1) register.recordView(anna, clientId, ['card']);
  register.recordView(ivan, clientId, ['thread']);
  await until('the views to be stored', async () => (await linesOf(clientId)).length === 2);
  register.recordView(anna, clientId, ['card', 'phone']);
  await register.flush();
  // Another process knows nothing of this one's views, and adds to the same line.
  const other = open();
  other.recordView(anna, clientId, ['thread']);
  await other.stop();
  await register.stop();
  const lines = await linesOf(clientId);
  expect(lines).toHaveLength(2);
  const own = lines.find(({ personId }) => personId === anna.id);
  expect([...own!.seen].sort()).toEqual(['card', 'phone', 'thread']);
  expect(own).toMatchObject({ action: 'seen', personName: 'Анна', details: {} });
});

it('holds one line per person, list and hour, with how many rows showed a phone', async () => {
  const register = open();
  const person = { id: new Types.ObjectId().toHexString(), name: 'Мария' };
  const rowIds = Array.from({ length: 300 }, (_, at) => `row ${at}`);
  // A tab requests the rows that it shows again and again.
  for (let times = 0; times < 20; times += 1)
    register.recordRowViews(person, 'deliveries', rowIds.slice(0, 50));
  await register.flush();
  register.recordRowViews(person, 'deliveries', rowIds);
  register.recordRowViews(person, 'deliveries', []);
  register.recordRowViews(person, 'blockList', ['row 1']);
  await register.stop();
  const lines = await registerModel(store.connection).find({ personId: person.id }).sort({ _id: 1 }).lean();
  expect(lines.map(({ clientId, seen, details }) => ({ clientId, seen, details }))).toEqual([
    { clientId: null, seen: ['blockList'], details: { rows: 1 } },
    { clientId: null, seen: ['deliveries'], details: { rows: 300 } },
  ]);
});

it('stores pending views when the desk stops', async () => {
  const register = open(60_000);
  const clientId = new Types.ObjectId();
  register.recordView(anna, clientId, ['card']);
  await register.stop();
  expect(await linesOf(clientId)).toHaveLength(1);
});

it('stores a change before the write resolves, once however often it is repeated', async () => {
  const register = open();
  const clientId = new Types.ObjectId();
  const change = {
    key: 'phone 1',
    action: 'changed',
    person: anna,
    clientId,
    details: { what: 'phone' },
  } as const;
  await Promise.all([register.write(change), register.write(change), register.write(change)]);
  expect(await linesOf(clientId)).toMatchObject([{ action: 'changed', details: { what: 'phone' } }]);
});

it('is read in pages, by client or by person, without a line lost or doubled', async () => {
  const register = registerModel(store.connection);
  const clients = clientModel(store.connection);
  const client = await clients.create({ companyId, name: 'Клиент', bonds: [], firstSeenAt: new Date() });
  const at = (n: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, Math.floor(n / 3)));
  await register.insertMany(
    Array.from({ length: 120 }, (_, n) => ({
      _id: `exported:${String(n).padStart(3, '0')}`,
      companyId,
      at: at(n),
      action: 'exported',
      personId: n % 2 === 0 ? anna.id : ivan.id,
      personName: n % 2 === 0 ? 'Анна' : 'Иван',
      clientId: client._id,
      seen: [],
      details: {},
    })),
  );
  const all = async (filter: { clientId?: string; personId?: string }) => {
    const read: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await readRegister({ companyId, register, clients }, { ...filter, cursor });
      read.push(...page.lines.map(({ id }) => id));
      expect(page.lines.every(({ clientName }) => clientName === 'Клиент')).toBe(true);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return read;
  };
  const expected = Array.from({ length: 120 }, (_, n) => `exported:${String(119 - n).padStart(3, '0')}`);
  const clientId = client._id.toHexString();
  expect(await all({ clientId })).toEqual(expected);
  expect(await all({ clientId, personId: anna.id })).toEqual(expected.filter((_, n) => n % 2 === 1));
});
