/** Migration 1 over documents as the older program stored them. */
import { randomBytes } from 'node:crypto';
import type { Db } from 'mongodb';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { LeaseLostError } from '../../../../server/storage/migrations/migrationLease.ts';
import { renameToExpiryDueAt } from '../../../../server/storage/migrations/renameToExpiryDueAt.ts';
import { openTestStore, type TestStore } from '../../../support/store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store[Symbol.asyncDispose]());

let db: Db;
beforeEach(async () => {
  db = store.connection.getClient().db(`${store.connection.name}-${randomBytes(4).toString('hex')}`);
});
afterEach(() => db.dropDatabase());

const messages = () => db.collection<{ _id: number; expireAt?: Date; expiryDueAt?: Date }>('serviceMessages');
const due = (n: number) => new Date(Date.UTC(2026, 0, 1) + n * 1_000);

/** Every third message has ended and has no such field. */
async function makeOld(count: number): Promise<void> {
  await messages().createIndex({ expireAt: 1 }, { partialFilterExpression: { expireAt: { $exists: true } } });
  const documents = Array.from({ length: count }, (_, n) => ({
    _id: n,
    text: `message ${n}`,
    ...(n % 3 === 0 ? {} : { expireAt: due(n) }),
  }));
  if (documents.length > 0) await messages().insertMany(documents);
}

/** @param batches after how many batches the process is killed. */
async function migrate(batches = Number.POSITIVE_INFINITY): Promise<number[]> {
  const progress: number[] = [];
  let left = batches;
  await renameToExpiryDueAt.run({
    db,
    assertLeaseHeld() {
      if (left <= 0) throw new LeaseLostError('killed');
      left -= 1;
    },
    reportProgress: (documents) => progress.push(documents),
  });
  return progress;
}

async function expectMigrated(count: number): Promise<void> {
  const documents = await messages().find({}).sort({ _id: 1 }).toArray();
  expect(documents).toEqual(
    Array.from({ length: count }, (_, n) => ({
      _id: n,
      text: `message ${n}`,
      ...(n % 3 === 0 ? {} : { expiryDueAt: due(n) }),
    })),
  );
  expect((await messages().indexes()).map(({ name }) => name)).not.toContain('expireAt_1');
}

it('renames the field of every message that has it, and drops the old index', async () => {
  await makeOld(10);
  await migrate();
  await expectMigrated(10);
});

it('changes a large collection in batches, and reports after each', async () => {
  await makeOld(4_000);
  expect(await migrate()).toEqual([1_000, 2_000, 2_666]);
  await expectMigrated(4_000);
});

it('continues from the middle after a kill, and changes nothing when it runs again', async () => {
  await makeOld(4_000);
  await expect(migrate(1)).rejects.toThrow('killed');
  expect(await messages().countDocuments({ expireAt: { $exists: true } })).toBe(1_666);
  await migrate();
  await migrate();
  await expectMigrated(4_000);
});

it('works without the old index, as in a copy that was restored without indexes', async () => {
  await makeOld(10);
  await messages().dropIndexes();
  await migrate();
  await expectMigrated(10);
});

it('works when the collection does not exist', async () => {
  await migrate();
  expect(await messages().countDocuments()).toBe(0);
});

it('loses nothing when two processes run it at once', async () => {
  await makeOld(4_000);
  await Promise.allSettled([migrate(), migrate()]);
  await migrate();
  await expectMigrated(4_000);
});
