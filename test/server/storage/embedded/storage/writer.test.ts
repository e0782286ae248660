import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandError } from '../../../../../server/storage/embedded/errors.ts';
import { valueKey } from '../../../../../server/storage/embedded/keys/valueKey.ts';
import { Catalog } from '../../../../../server/storage/embedded/storage/catalog.ts';
import {
  openDatabase,
  put,
  type StoreDatabase,
} from '../../../../../server/storage/embedded/storage/database.ts';
import { Records } from '../../../../../server/storage/embedded/storage/records.ts';
import { Writer } from '../../../../../server/storage/embedded/storage/writer.ts';

const quiet = pino({ level: 'silent' });

let folder: string;
let database: StoreDatabase;
let catalog: Catalog;
let records: Records;
let writer: Writer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'store-writer-'));
  database = openDatabase(folder);
  catalog = new Catalog(database);
  records = new Records(database, catalog);
  writer = new Writer(database, undone, quiet);
  await writer.write(() => catalog.create('db', 'things'));
});
afterEach(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

const undone = () => {
  catalog.reload();
  records.forgetRecent();
};
const insert = (_id: number) => () => records.insert(catalog.find('db', 'things')!, { _id });
const recordOfId = (_id: number) => records.find(catalog.find('db', 'things')!, valueKey(_id));
const count = () => [...records.walk(catalog.find('db', 'things')!)].length;

describe('the writer', () => {
  it('runs waiting jobs together as one transaction', async () => {
    // A long limit, so that a slow machine does not split the transaction.
    writer = new Writer(database, undone, quiet, { batchMaxMs: Number.POSITIVE_INFINITY });
    const before = database.commits;
    await Promise.all(Array.from({ length: 40 }, (_, at) => writer.write(insert(at))));
    expect(count()).toBe(40);
    expect(database.commits).toBe(before + 1);
  });

  it('undoes everything of a job that fails, and nothing of the other jobs', async () => {
    const broken = writer.write(() => {
      insert(100)();
      throw new Error('broke midway');
    });
    const results = await Promise.allSettled([writer.write(insert(1)), broken, writer.write(insert(2))]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { message: 'broke midway' } });
    expect(count()).toBe(2);
    // The cache in memory agrees with the file again.
    expect(records.count(catalog.find('db', 'things')!)).toBe(2);
    expect([1, 2, 100].map(recordOfId)).toEqual([expect.any(Number), expect.any(Number), undefined]);
    await writer.write(insert(3));
    expect(count()).toBe(3);
  });

  it('keeps what a refused command did before its refusal', async () => {
    const refused = writer.write(() => {
      insert(1)();
      throw new CommandError(11000, 'refused');
    });
    await expect(refused).rejects.toMatchObject({ code: 11000 });
    expect(count()).toBe(1);
  });

  it('forgets a collection whose creation was undone', async () => {
    const broken = writer.write(() => {
      catalog.create('db', 'other');
      throw new Error('broke midway');
    });
    await expect(broken).rejects.toThrow('broke midway');
    expect(catalog.find('db', 'other')).toBeUndefined();
  });

  it('finishes the queued jobs when it closes, and accepts no more', async () => {
    const given = writer.write(insert(1));
    writer.close();
    await given;
    await expect(writer.write(insert(2))).rejects.toMatchObject({ code: 91 });
  });

  describe('when lmdb gives a transaction up', () => {
    /** The real database, but its next `times` transactions fail after all their changes. */
    function failing(times: number): StoreDatabase {
      return {
        ...database,
        get commits() {
          return database.commits;
        },
        transact: (changes) =>
          database.transact(() => {
            const result = changes();
            if (times-- > 0) throw new Error('MDB_BAD_TXN');
            return result;
          }),
      };
    }

    it('runs it again from the stored state, each job once', async () => {
      const again = new Writer(failing(1), undone, quiet);
      await Promise.all([1, 2, 3].map((id) => again.write(insert(id))));
      expect(count()).toBe(3);
      expect(records.count(catalog.find('db', 'things')!)).toBe(3);
    });

    it('rejects the job when it happens again, and keeps nothing of it', async () => {
      const again = new Writer(failing(2), undone, quiet);
      await expect(again.write(insert(1))).rejects.toThrow('MDB_BAD_TXN');
      expect(count()).toBe(0);
      await again.write(insert(1));
      expect(count()).toBe(1);
    });
  });

  it('never reports a put that lmdb refused as done', async () => {
    const tooLong = Buffer.alloc(5000);
    await expect(writer.write(() => put(database.records, tooLong, Buffer.alloc(1)))).rejects.toThrow(
      'lmdb refused a write',
    );
  });
});
