/**
 * Several programs over one store, each with migrations of its own: the test plays old, new and crashed processes.
 */
import { randomBytes } from 'node:crypto';
import type { Db } from 'mongodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '../../../../server/observability/logger.ts';
import { migrateDatabase } from '../../../../server/storage/migrations/migrateDatabase.ts';
import type { Migration, MigrationContext } from '../../../../server/storage/migrations/migration.ts';
import type { SchemaDocument } from '../../../../server/storage/migrations/schemaDocument.ts';
import { SchemaRefusedError } from '../../../../server/storage/migrations/schemaRefusedError.ts';
import { openTestStore, type TestStore } from '../../../support/store.ts';
import { until } from '../../../support/until.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store[Symbol.asyncDispose]());

let db: Db;
let logged: string[];
beforeEach(() => {
  db = store.connection.getClient().db(`${store.connection.name}-${randomBytes(4).toString('hex')}`);
  logged = [];
});
afterEach(() => db.dropDatabase());

const quick = { leaseMs: 400, renewEveryMs: 50, lookEveryMs: 10, silentMs: 400, waitForOlderMs: 2_000 };
let runs: string[];
beforeEach(() => {
  runs = [];
});

function migration(
  name: string,
  run: (context: MigrationContext) => Promise<void> = async () => {},
): Migration {
  return {
    name,
    async run(context) {
      runs.push(name);
      await run(context);
    },
  };
}

/** Starts a program that has these migrations. */
const start = (migrations: Migration[], isShared = true, times: Partial<typeof quick> = {}) =>
  migrateDatabase(db, {
    migrations,
    isShared,
    logger: createLogger('info', { write: (line) => logged.push(line) }),
    times: { ...quick, ...times },
  });
const schemaDocument = () => db.collection<SchemaDocument>('schema').findOne({});
const makeOld = () => db.collection('serviceMessages').insertOne({ text: 'of an older program' });

describe('the schema version', () => {
  it('is the newest at once in an empty database, without a migration', async () => {
    await start([migration('first'), migration('second')]);
    expect(runs).toEqual([]);
    expect(await schemaDocument()).toEqual({ _id: 'schema', version: 2 });
  });

  it('is the newest after every migration in order, in a database that has data and no version', async () => {
    await makeOld();
    await start([migration('first'), migration('second')]);
    expect(runs).toEqual(['first', 'second']);
    expect(await schemaDocument()).toEqual({ _id: 'schema', version: 2 });
  });

  it('stays as it is at the next start, and only new migrations run after an upgrade', async () => {
    await makeOld();
    await start([migration('first')]);
    await start([migration('first')]);
    expect(runs).toEqual(['first']);
    await start([migration('first'), migration('second')]);
    expect(runs).toEqual(['first', 'second']);
  });

  it('refuses an older program in one sentence that names both versions and what to do', async () => {
    await start([migration('first'), migration('second')]);
    const refusal = await start([migration('first')]).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(SchemaRefusedError);
    expect((refusal as Error).message).toBe(
      'The database has schema version 2, but this program knows only versions up to 1: start the newer version of ' +
        'the program, or restore the copy of the database made before the upgrade.',
    );
    expect(await schemaDocument()).toEqual({ _id: 'schema', version: 2 });
  });
});

describe('a migration that was killed', () => {
  const half = (context: MigrationContext) =>
    db
      .collection('done')
      .insertOne({})
      .then(() => context);
  const dies = migration('second', async (context) => {
    await half(context);
    throw new Error('killed');
  });

  it('runs again at the next start, and the finished ones before it do not', async () => {
    await makeOld();
    await expect(start([migration('first'), dies])).rejects.toThrow('killed');
    expect(await schemaDocument()).toEqual({ _id: 'schema', version: 1 });
    await start([migration('first'), migration('second')]);
    expect(runs).toEqual(['first', 'second', 'second']);
    expect(await schemaDocument()).toEqual({ _id: 'schema', version: 2 });
  });

  const leftLease = (ms: number) =>
    db
      .collection<SchemaDocument>('schema')
      .insertOne({ _id: 'schema', version: 0, lease: { owner: 'killed', until: new Date(Date.now() + ms) } });

  it('is retried after its lease ends, when other processes may be alive', async () => {
    await makeOld();
    await leftLease(300);
    const startedAtMs = Date.now();
    await start([migration('first')]);
    expect(Date.now() - startedAtMs).toBeGreaterThanOrEqual(290);
    expect(runs).toEqual(['first']);
  });

  it('is retried at once in the embedded store, which no other process can use', async () => {
    await makeOld();
    await leftLease(3_600_000);
    await start([migration('first')], false);
    expect(runs).toEqual(['first']);
    expect(await schemaDocument()).toEqual({ _id: 'schema', version: 1 });
  });
});

describe('several processes that start at once', () => {
  it('run each migration once, and all start only when it is done', async () => {
    await makeOld();
    let isDone = false;
    const slow = migration('slow', async () => {
      // Longer than the lease: it is renewed meanwhile.
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      isDone = true;
    });
    const starts = Array.from({ length: 4 }, () => start([slow]).then(() => isDone));
    expect(await Promise.all(starts)).toEqual([true, true, true, true]);
    expect(runs).toEqual(['slow']);
  });

  it('agree on one version in an empty database', async () => {
    await Promise.all(Array.from({ length: 4 }, () => start([migration('first')])));
    expect(runs).toEqual([]);
    expect(await db.collection('schema').countDocuments()).toBe(1);
  });

  it('stop at a lost lease without raising the version, and wait for the process that holds it', async () => {
    await makeOld();
    const schema = db.collection<SchemaDocument>('schema');
    let stopped: unknown;
    const robbed = migration('first', async ({ assertLeaseHeld }) => {
      const lease = { owner: 'another', until: new Date(Date.now() + 60_000) };
      await schema.updateOne({}, { $set: { lease } });
      await until('the loss to be noticed', () => {
        try {
          assertLeaseHeld();
          return false;
        } catch (error) {
          stopped = error;
          return true;
        }
      });
      assertLeaseHeld();
    });
    const started = start([robbed]);
    await until('the work to stop', () => stopped);
    expect(await schemaDocument()).toMatchObject({ version: 0, lease: { owner: 'another' } });
    await schema.updateOne({}, { $set: { version: 1 }, $unset: { lease: '' } });
    await started;
    expect(runs).toEqual(['first']);
  });

  it('do not raise the version for work after a lease that was lost unnoticed', async () => {
    await makeOld();
    const schema = db.collection<SchemaDocument>('schema');
    let isRobbed = false;
    const robbed = migration('first', async () => {
      if (isRobbed) return;
      isRobbed = true;
      await schema.updateOne(
        {},
        { $set: { lease: { owner: 'another', until: new Date(Date.now() + 200) } } },
      );
    });
    await start([robbed], true, { renewEveryMs: 60_000 });
    expect(runs).toEqual(['first', 'first']);
  });
});

describe('processes of an older version', () => {
  const seen = () => db.collection('keyHolders').insertOne({ keyId: 'k', at: new Date() });

  it('are waited for until they end', async () => {
    await makeOld();
    const { insertedId } = await seen();
    const running = setInterval(
      () => void db.collection('keyHolders').updateOne({ _id: insertedId }, { $set: { at: new Date() } }),
      50,
    );
    const started = start([migration('first')], true, { waitForOlderMs: 15_000 });
    await until('the wait to be logged', () => logged.some((line) => line.includes('the migration waits')));
    expect(runs).toEqual([]);
    clearInterval(running);
    await db.collection('keyHolders').deleteMany({});
    await started;
    expect(runs).toEqual(['first']);
  });

  it('that crashed delay the start only until their last report is too old', async () => {
    await makeOld();
    await seen();
    await start([migration('first')]);
    expect(runs).toEqual(['first']);
  });

  it('that keep running stop a new one from starting, with one sentence that says what to do', async () => {
    await makeOld();
    await db.collection('keyHolders').insertOne({ keyId: 'k', at: new Date(Date.now() + 60_000) });
    await expect(
      start([migration('first')], true, { waitForOlderMs: 100, silentMs: 70_000 }),
    ).rejects.toThrow(
      new SchemaRefusedError(
        'The database needs a migration, but processes of an older version still use it (seen within the last 70 ' +
          'seconds: 1): stop them, then start this version again.',
      ),
    );
    expect(runs).toEqual([]);
    expect(await schemaDocument()).toEqual({ _id: 'schema', version: 0 });
  });

  it('are ignored when there is nothing to migrate', async () => {
    await start([migration('first')]);
    await seen();
    await start([migration('first')], true, { waitForOlderMs: 0, silentMs: 70_000 });
    expect(runs).toEqual([]);
  });
});
