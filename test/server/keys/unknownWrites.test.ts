/** Each write of a change of keys fails once: everything stays readable, and the former key is retired once. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openKeys } from '../../../server/keys/keptKeys.ts';
import { holdKey } from '../../../server/keys/keyHolders.ts';
import { rotateKeys } from '../../../server/keys/rotateKeys.ts';
import { keyIdOf } from '../../../server/storage/sealing.ts';
import { failEachKindOfWrite, failEachWrite } from '../../support/everyWrite.ts';
import { type FaultyStore, openFaultyStore } from '../../support/faultyStore.ts';
import { silent } from '../../support/store.ts';
import { usualFaults } from '../../support/storeFaults.ts';
import { fill, keyDeps, masterKey, openAll, otherwiseSealed, secretsOf } from './sealedStore.ts';

let store: FaultyStore;
const [keyA, keyB] = [masterKey(), masterKey()];
const idOf = ({ sealing }: typeof keyA) => keyIdOf(sealing);
const deps = () => keyDeps(store.connection);
const empty = async () => {
  for (const model of Object.values(keyDeps(store.direct))) await model.collection.deleteMany({});
};

beforeAll(async () => {
  store = await openFaultyStore();
  await store.build(Object.values(deps()) as never);
});
afterAll(() => store?.[Symbol.asyncDispose]());

it('the kept keys are made once, and are the same for everybody', async () => {
  await failEachWrite(store.proxy, {
    begin: empty,
    work: () => openKeys(deps(), secretsOf(keyA)),
    async check(_, opened) {
      const again = await openKeys(keyDeps(store.direct), secretsOf(keyA));
      expect(again.authSecret).toBe(opened.authSecret);
      expect(again.sealing.blindIndex('x', 'y')).toBe(opened.sealing.blindIndex('x', 'y'));
    },
  });
});

it('a process that runs is known to hold its key', async () => {
  await failEachWrite(store.proxy, {
    begin: empty,
    async work() {
      const held = await holdKey({ ...deps(), logger: silent }, { processId: 'one', keyId: idOf(keyA) });
      const known = await keyDeps(store.direct).keyHolders.find({}).lean();
      await held.stop();
      return known.map(({ _id, keyId }) => [_id, keyId]);
    },
    check(_, known) {
      expect(known).toEqual([['one', idOf(keyA)]]);
    },
  });
});

it.each(usualFaults)(
  'a rotation goes on where each kind of write fails in turn ($kind, $work)',
  async (fault) => {
    await empty();
    const before = await openKeys(keyDeps(store.direct), secretsOf(keyA));
    await fill(store.direct, before.sealing, { count: 1 });
    const plain = await openAll(store.direct, before.sealing);
    const { outcome, kinds } = await failEachKindOfWrite(store.proxy, fault, () =>
      rotateKeys({ ...deps(), catchUpMs: 0, secrets: secretsOf(keyB, keyA) }),
    );
    expect(kinds.length).toBeGreaterThan(8);
    expect(outcome).toMatchObject({ kind: 'done', keyId: idOf(keyB), retired: idOf(keyA) });
    expect(await otherwiseSealed(store.direct, idOf(keyB))).toEqual([]);
    const { sealing } = await openKeys(keyDeps(store.direct), secretsOf(keyB));
    expect(await openAll(store.direct, sealing)).toEqual(plain);
  },
);
