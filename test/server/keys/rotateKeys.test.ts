/** Rotation of keys: everything stays readable, whatever process dies, and the previous key is retired at the end. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { openKeys } from '../../../server/keys/keptKeys.ts';
import { holdKey } from '../../../server/keys/keyHolders.ts';
import { rotateKeys } from '../../../server/keys/rotateKeys.ts';
import { phoneIndexOf } from '../../../server/phones/phoneIndex.ts';
import { createSealing, formerIndexKey, keyIdOf } from '../../../server/storage/sealing.ts';
import type { Secrets } from '../../../server/storage/secretsFile.ts';
import { openTestStore, silent, type TestStore } from '../../support/store.ts';
import { fill, keyDeps, masterKey, nameless, openAll, otherwiseSealed, secretsOf } from './sealedStore.ts';

let store: TestStore;
const [keyA, keyB, keyC] = [masterKey(), masterKey(), masterKey()];
const idOf = ({ sealing }: typeof keyA) => keyIdOf(sealing);
const deps = () => keyDeps(store.connection);
const rotate = (secrets: Secrets, more: Partial<Parameters<typeof rotateKeys>[0]> = {}) =>
  rotateKeys({ ...deps(), catchUpMs: 0, secrets, ...more });

beforeAll(async () => {
  store = await openTestStore();
  await store.build(Object.values(deps()) as never);
});
beforeEach(async () => {
  for (const model of Object.values(deps())) await model.collection.deleteMany({});
});
afterAll(() => store?.[Symbol.asyncDispose]());

it('keeps everything readable before, during and after, at the end without the old key', async () => {
  const before = await openKeys(deps(), secretsOf(keyA));
  const { phone, clientId } = await fill(store.connection, before.sealing);
  const plain = await openAll(store.connection, before.sealing);
  const both = await openKeys(deps(), secretsOf(keyB, keyA));
  expect(await openAll(store.connection, both.sealing)).toEqual(plain);
  // During the rotation a client's phone has the same index as before: no second client appears.
  expect(phoneIndexOf(both.sealing, phone)).toBe(phoneIndexOf(before.sealing, phone));

  expect(await rotate(secretsOf(keyB, keyA))).toEqual({
    kind: 'done',
    keyId: idOf(keyB),
    resealed: 11,
    retired: idOf(keyA),
  });
  expect(await otherwiseSealed(store.connection, idOf(keyB))).toEqual([]);
  const after = await openKeys(deps(), secretsOf(keyB));
  expect(await openAll(store.connection, after.sealing)).toEqual(plain);
  expect(after.authSecret).toBe(before.authSecret);
  const phoneIndex = phoneIndexOf(after.sealing, phone);
  expect(await deps().clients.findOne({ companyId: clientId, phoneIndex }).lean()).toMatchObject({
    _id: clientId,
  });
  // A repeat finds nothing to do, and remembers which key was retired.
  expect(await rotate(secretsOf(keyB))).toMatchObject({ kind: 'done', resealed: 0, retired: idOf(keyA) });
});

it('upgrades a store in which one key without a name sealed, indexed phones and signed cookies', async () => {
  const old = createSealing(keyA.sealing);
  const { phone } = await fill(store.connection, old, { as: nameless });
  const plain = await openAll(store.connection, old);
  // The program and the key are changed together.
  const both = await openKeys(deps(), secretsOf(keyB, keyA));
  expect(phoneIndexOf(both.sealing, phone)).toBe(phoneIndexOf(old, phone));
  expect(both.authSecret).toBe(keyA.formerAuthSecret);
  // While anything is sealed under the old key, no process starts without it.
  await expect(openKeys(deps(), secretsOf(keyB))).rejects.toThrow(
    new RegExp(`^SECRET_KEY is not the key of this database.*key ${idOf(keyA)}.*SECRET_KEY_PREVIOUS`),
  );
  expect(await rotate(secretsOf(keyB, keyA))).toMatchObject({ kind: 'done', retired: idOf(keyA) });
  const { sealing, authSecret } = await openKeys(deps(), secretsOf(keyB));
  expect(await openAll(store.connection, sealing)).toEqual(plain);
  expect([phoneIndexOf(sealing, phone), authSecret]).toEqual([
    createSealing(keyB.sealing, { indexKey: formerIndexKey(keyA.sealing) }).blindIndex(phone, 'client phone'),
    keyA.formerAuthSecret,
  ]);
});

it('refuses a wrong key at start, naming its setting, and writes nothing under it', async () => {
  await fill(store.connection, createSealing(keyA.sealing), { as: nameless });
  await expect(openKeys(deps(), secretsOf(keyC))).rejects.toThrow(/^SECRET_KEY is not the key/);
  expect(await deps().keptKeys.countDocuments({})).toBe(0);
  await openKeys(deps(), secretsOf(keyA));
  await expect(openKeys(deps(), { ...secretsOf(keyC), source: 'data/secrets.json' })).rejects.toThrow(
    /^data\/secrets.json does not hold the key of this database/,
  );
  await expect(rotate(secretsOf(keyC, keyB))).rejects.toThrow(/^SECRET_KEY is not the key/);
});

it('lets no process seal under the retired key again', async () => {
  await openKeys(deps(), secretsOf(keyA));
  await rotate(secretsOf(keyB, keyA));
  await expect(openKeys(deps(), secretsOf(keyA, keyB))).rejects.toThrow(
    `key ${idOf(keyA)} was replaced by key ${idOf(keyB)}`,
  );
});

it('makes one pair of random kept keys when many processes start at once', async () => {
  const all = await Promise.all(Array.from({ length: 8 }, () => openKeys(deps(), secretsOf(keyA))));
  expect(new Set(all.map(({ authSecret }) => authSecret)).size).toBe(1);
  expect(new Set(all.map(({ sealing }) => sealing.blindIndex('x', 'y'))).size).toBe(1);
  expect(all[0]!.sealing.blindIndex('x', 'y')).not.toBe(createSealing(keyA.sealing).blindIndex('x', 'y'));
});

it('continues after a crash at any step, and ends with everything under the new key', async () => {
  const { sealing } = await openKeys(deps(), secretsOf(keyA));
  await fill(store.connection, sealing, { count: 700 });
  const plain = await openAll(store.connection, sealing);
  let steps = 0;
  for (let died = true; died; ) {
    // One step further each time: it dies after the documents are written and before the progress is stored.
    const dieAt = 1 + (steps % 4);
    let ownSteps = 0;
    died = await rotate(secretsOf(keyB, keyA), {
      onStep: () => {
        steps += 1;
        ownSteps += 1;
        if (ownSteps === dieAt && steps < 16) throw new Error('died');
      },
    }).then(
      () => false,
      () => true,
    );
    const both = await openKeys(deps(), secretsOf(keyB, keyA));
    expect(await openAll(store.connection, both.sealing)).toEqual(plain);
  }
  expect(steps).toBeGreaterThan(16);
  expect(await otherwiseSealed(store.connection, idOf(keyB))).toEqual([]);
  const after = await openKeys(deps(), secretsOf(keyB));
  expect(await openAll(store.connection, after.sealing)).toEqual(plain);
}, 60_000);

it('may run in two processes at once while others write, and misses nothing', async () => {
  const old = await openKeys(deps(), secretsOf(keyA));
  await fill(store.connection, old.sealing, { count: 700 });
  const both = await openKeys(deps(), secretsOf(keyB, keyA));
  const [first, second] = await Promise.all([
    rotate(secretsOf(keyB, keyA)),
    rotate(secretsOf(keyB, keyA)),
    fill(store.connection, both.sealing, { count: 300 }),
  ]);
  expect([first.kind, second.kind]).toEqual(['done', 'done']);
  expect(await otherwiseSealed(store.connection, idOf(keyB))).toEqual([]);
  await openAll(store.connection, (await openKeys(deps(), secretsOf(keyB))).sealing);
}, 60_000);

it('does not start until every live process seals under the new key', async () => {
  const { sealing } = await openKeys(deps(), secretsOf(keyA));
  await fill(store.connection, sealing);
  const held = { ...deps(), logger: silent };
  const old = await holdKey(held, { processId: 'old', keyId: idOf(keyA) });
  const anew = await holdKey(held, { processId: 'new', keyId: idOf(keyB) });
  expect(await rotate(secretsOf(keyB, keyA))).toEqual({
    kind: 'othersSeal',
    keyId: idOf(keyB),
    others: [{ processId: 'old', keyId: idOf(keyA) }],
  });
  await old.stop();
  expect(await rotate(secretsOf(keyB, keyA))).toMatchObject({ kind: 'done' });
  await anew.stop();
});

it('names a text that no key opens, and finishes only when allowed to leave it', async () => {
  const { sealing } = await openKeys(deps(), secretsOf(keyA));
  await fill(store.connection, sealing);
  const { clientId } = await fill(store.connection, createSealing(keyC.sealing));
  const outcome = await rotate(secretsOf(keyB, keyA));
  expect(outcome).toMatchObject({ kind: 'unreadable', more: 0 });
  expect(outcome.kind === 'unreadable' && outcome.found).toContainEqual({
    where: `clients ${clientId}: phoneSealed`,
    keyId: idOf(keyC),
  });
  await expect(openKeys(deps(), secretsOf(keyB))).rejects.toThrow(/SECRET_KEY/);
  // The missing key is found after all.
  expect(await rotate(secretsOf(keyB, keyA, keyC))).toMatchObject({ kind: 'done' });
  expect(await otherwiseSealed(store.connection, idOf(keyB))).toEqual([]);
  await fill(store.connection, createSealing(masterKey().sealing));
  expect(await rotate(secretsOf(keyB), { leavesUnreadable: true })).toMatchObject({ kind: 'done' });
});
