import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Collection, ObjectId } from 'mongodb';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { firstPeople } from '../../../server/auth/firstPeople.ts';
import { quickHashing } from '../../support/quickHashing.ts';
import { openTestStore, type TestStore } from '../../support/store.ts';
import { openTestDesk } from './openTestDesk.ts';

let store: TestStore;
let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'notify-inbox-first-'));
  store = await openTestStore();
});
afterEach(async () => {
  await store[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true, force: true });
});

const database = () => store.connection.getClient().db(store.connection.name);

it('creates an administrator and sample agents once, with working passwords in a file for the owner alone', async () => {
  const desk = await openTestDesk({ connection: store.connection, dataDir });
  const people = await desk.auth.people.listPeople();
  expect(people.map(({ role }) => role)).toEqual(['administrator', 'agent', 'agent', 'supervisor']);
  for (const { email } of people) await desk.cookieOf(email);

  const again = await firstPeople({ db: database(), people: desk.auth.people, dataDir, withSamples: true });
  expect(again.isNew).toBe(false);
  expect(again.people.map(({ password }) => password)).toEqual([...desk.passwords.values()]);
  expect((await stat(again.filePath)).mode & 0o777).toBe(0o600);
  await chmod(again.filePath, 0o644);
  await expect(
    firstPeople({ db: database(), people: desk.auth.people, dataDir, withSamples: true }),
  ).rejects.toThrow(/chmod 600/);
  await desk.close();
});

it('creates nobody twice when several processes start at once', async () => {
  const desks = await Promise.all(
    Array.from({ length: 3 }, () => openTestDesk({ connection: store.connection, dataDir })),
  );
  expect(await database().collection('people').countDocuments()).toBe(4);
  expect(await database().collection('accounts').countDocuments()).toBe(4);
  for (const desk of desks) {
    await desk.cookieOf('admin@example.com');
    await desk.close();
  }
});

it('finishes after a crash: the password on disk is the one that works', async () => {
  const before = await openTestDesk({ connection: store.connection, dataDir });
  await before.close();
  const password = before.passwords.get('admin@example.com');
  await database().collection('accounts').deleteMany({});
  const after = await openTestDesk({ connection: store.connection, dataDir });
  expect(after.passwords.get('admin@example.com')).toBe(password);
  await after.cookieOf('admin@example.com');
  expect(await readFile(join(dataDir, 'first-administrator.txt'), 'utf8')).toContain(
    `admin@example.com\t${password}`,
  );
  await after.close();
});

it('keeps no passwords on a machine when another machine has created the people', async () => {
  const otherDir = await mkdtemp(join(tmpdir(), 'notify-inbox-first-'));
  const desks = await Promise.all(
    [dataDir, otherDir].map((dir) => openTestDesk({ connection: store.connection, dataDir: dir })),
  );
  const printed = desks.flatMap((desk) => [...desk.passwords]);
  expect(printed.map(([email]) => email).sort()).toEqual(
    (await desks[0]?.auth.people.listPeople())?.map(({ email }) => email).sort(),
  );
  for (const [email, password] of printed) await desks[0]?.cookieOf(email, password);
  for (const desk of desks) await desk.close();
  await rm(otherDir, { recursive: true, force: true });
});

it('keeps no password that another process set for the person between our two writes', async () => {
  const { insertOne } = Collection.prototype;
  let raced = 0;
  Collection.prototype.insertOne = async function (this: Collection, document, options) {
    // The account of the administrator: the other process is faster.
    if (this.collectionName === 'accounts' && raced === 0) {
      raced += 1;
      const others = {
        ...document,
        _id: new ObjectId(),
        password: await quickHashing.hash('of another one'),
      };
      await insertOne.call(this, others as never);
    }
    return insertOne.call(this, document, options);
  };
  try {
    const desk = await openTestDesk({ connection: store.connection, dataDir });
    expect(raced).toBe(1);
    expect([...desk.passwords.keys()]).not.toContain('admin@example.com');
    expect(desk.passwords.size).toBe(3);
    for (const [email, password] of desk.passwords) await desk.cookieOf(email, password);
    await desk.cookieOf('admin@example.com', 'of another one');
    expect(await readFile(join(dataDir, 'first-administrator.txt'), 'utf8')).not.toContain(
      'admin@example.com',
    );
    await desk.close();
  } finally {
    Collection.prototype.insertOne = insertOne;
  }
});
