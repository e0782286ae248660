import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { MongoClient } from 'mongodb';
import { afterEach, describe, expect, it } from 'vitest';
import { openEmbeddedStore, StoreFolderError } from '../../../../server/storage/embedded/open.ts';
import { codeOf, quiet } from './testDatabase.ts';

const tidy: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of tidy.splice(0).reverse()) await step();
});

async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'store-folder-'));
  tidy.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function open(dataDir: string) {
  const store = await openEmbeddedStore({ dataDir, logger: quiet });
  let isOpen = true;
  const close = async () => {
    if (!isOpen) return;
    isOpen = false;
    await store.close();
  };
  tidy.push(close);
  const client = await new MongoClient(store.uri).connect();
  tidy.push(() => client.close());
  return { store, client, close };
}

const refusal = (dataDir: string) =>
  openEmbeddedStore({ dataDir, logger: quiet }).then(
    async (store) => {
      await store.close();
      return undefined;
    },
    (error: unknown) => error,
  );

/** The names and bytes of everything in a folder. */
async function contents(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder);
  const pairs = await Promise.all(
    names
      .sort()
      .map(async (name) => [name, (await readFile(join(folder, name))).toString('base64')] as const),
  );
  return Object.fromEntries(pairs);
}

const serveFile = fileURLToPath(new URL('../../../../server/storage/embedded/serve.ts', import.meta.url));

/** Runs the store in a separate process; returns the address that it prints. */
async function startProcess(dataDir: string): Promise<{ child: ChildProcess; uri: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', serveFile], {
    env: { ...process.env, DATA_DIR: dataDir, STORE_PORT: '0', STORE_PASSWORD: undefined },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  tidy.push(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await ended(child);
  });
  for await (const line of createInterface({ input: child.stdout! })) {
    const uri = /^MONGODB_URI=(.+)$/.exec(line)?.[1];
    if (uri !== undefined) return { child, uri };
  }
  throw new Error('the store process ended without an address');
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

describe('a folder', () => {
  it('keeps its documents and indexes over a restart', async () => {
    const folder = await freshFolder();
    const first = await open(folder);
    const things = first.client.db().collection('things');
    await things.createIndex({ list: 1 });
    await things.createIndex({ key: 1 }, { unique: true });
    await things.insertMany([
      { key: 1, list: [1, 2] },
      { key: 2, list: 3 },
    ]);
    await first.client.close();
    await first.close();

    const again = await open(folder);
    const kept = again.client.db().collection('things');
    expect((await kept.indexes()).map(({ name }) => name)).toEqual(['_id_', 'list_1', 'key_1']);
    expect(await codeOf(kept.insertOne({ key: 1 }))).toBe(11000);
    // The index still records that it holds arrays: each document comes once, though two of its entries are in range.
    expect(await kept.countDocuments({ list: { $gte: 1 } })).toBe(2);
    expect(await kept.estimatedDocumentCount()).toBe(2);
  });

  it('is readable by its owner only', async () => {
    const folder = await freshFolder();
    await open(folder);
    expect((await stat(join(folder, 'store.sock'))).mode & 0o777).toBe(0o600);
  });

  it('with a path too long for a socket is also served', async () => {
    const folder = join(await freshFolder(), 'long'.repeat(30));
    const { client } = await open(folder);
    await client.db().collection('things').insertOne({ a: 1 });
    expect(await client.db().collection('things').countDocuments()).toBe(1);
  });

  it('is refused to a second opening, naming the process that holds it', async () => {
    const folder = await freshFolder();
    const { child } = await startProcess(folder);
    const error = await refusal(folder);
    expect(error).toBeInstanceOf(StoreFolderError);
    expect((error as Error).message).toContain(`process ${child.pid}`);
  });

  it('of a process that was killed can be opened again', async () => {
    const folder = await freshFolder();
    const { child } = await startProcess(folder);
    child.kill('SIGKILL');
    await ended(child);
    const { client } = await open(folder);
    expect(await client.db().command({ ping: 1 })).toMatchObject({ ok: 1 });
  });

  it('with another program’s data file is refused and left as it was', async () => {
    const folder = await freshFolder();
    await writeFile(join(folder, 'data.mdb'), 'somebody else’s');
    const before = await contents(folder);
    const error = await refusal(folder);
    expect(error).toBeInstanceOf(StoreFolderError);
    expect((error as Error).message).toContain('did not make');
    expect(await contents(folder)).toEqual(before);
  });

  it('with another program’s marker, or one of a later format, is refused and left as it was', async () => {
    for (const marker of [
      'not json',
      '{"program":"else"}',
      '{"program":"notify-inbox embedded store","format":99,"state":"ready"}',
    ]) {
      const folder = await freshFolder();
      await writeFile(join(folder, 'store.json'), marker);
      const before = await contents(folder);
      expect(await refusal(folder)).toBeInstanceOf(StoreFolderError);
      expect(await contents(folder)).toEqual(before);
    }
  });

  it('whose data file was cut, overwritten or lost is refused and left as it was', async () => {
    const damages: ((file: string) => Promise<void>)[] = [
      // The end of the file is still unused space; half of the space on the disk cuts into the data.
      async (file) => truncate(file, (await stat(file)).blocks * 256),
      (file) => truncate(file, 100),
      (file) => truncate(file, 0),
      (file) => writeFile(file, Buffer.alloc(100_000, 7)),
      (file) => rm(file),
    ];
    for (const damage of damages) {
      const folder = await freshFolder();
      const { client, close } = await open(folder);
      await client
        .db()
        .collection('things')
        .insertMany(Array.from({ length: 200 }, () => ({ text: 'x'.repeat(500) })));
      await client.close();
      await close();
      await damage(join(folder, 'data.mdb'));
      const before = await contents(folder);
      const error = await refusal(folder);
      expect(error).toBeInstanceOf(StoreFolderError);
      expect(await contents(folder)).toEqual(before);
    }
  });
});

describe('the store in a separate process', () => {
  it('is shared by several clients that have its password, and refuses others', async () => {
    const { child, uri } = await startProcess(await freshFolder());
    const one = await new MongoClient(uri).connect();
    const two = await new MongoClient(uri).connect();
    tidy.push(
      () => one.close(),
      () => two.close(),
    );
    await one.db().collection('things').insertOne({ a: 1 });
    expect(await two.db().collection('things').countDocuments()).toBe(1);

    const open = new URL(uri.replace('mongodb:', 'http:'));
    const stranger = new MongoClient(`mongodb://127.0.0.1:${open.port}/?directConnection=true`);
    tidy.push(() => stranger.close());
    expect(await codeOf(stranger.db().collection('things').countDocuments())).toBe(13);
    const liar = new MongoClient(uri.replace(/:[0-9a-f]{48}@/, ':wrong@'), {
      serverSelectionTimeoutMS: 3000,
    });
    tidy.push(() => liar.close());
    expect(await codeOf(liar.db().collection('things').countDocuments())).toBe(18);

    await Promise.all([one.close(), two.close()]);
    child.kill('SIGTERM');
    await ended(child);
    expect(child.exitCode).toBe(0);
  });

  it('loses no acknowledged write when it is killed, and keeps its indexes complete', async () => {
    const folder = await freshFolder();
    const acknowledged: number[] = [];
    let next = 0;
    for (let round = 0; round < 3; round++) {
      const { child, uri } = await startProcess(folder);
      const client = new MongoClient(uri, { serverSelectionTimeoutMS: 500, retryReads: false });
      const things = client.db().collection<{ _id: number; group: number }>('things');
      await things.createIndex({ group: 1, _id: 1 });
      const killAt = acknowledged.length + 150 + round * 37;
      const gone = ended(child);
      await Promise.all(
        Array.from({ length: 8 }, async () => {
          while (child.signalCode === null && !child.killed) {
            const _id = next++;
            try {
              await things.insertOne({ _id, group: _id % 7 });
            } catch {
              return;
            }
            acknowledged.push(_id);
            if (acknowledged.length >= killAt) child.kill('SIGKILL');
          }
        }),
      );
      await gone;
      await client.close();
    }
    const { client } = await open(folder);
    const things = client.db().collection<{ _id: number; group: number }>('things');
    const stored = new Set((await things.find().toArray()).map(({ _id }) => _id));
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
    const byIndex = (await things.find().sort({ group: 1, _id: 1 }).hint('group_1__id_1').toArray()).map(
      ({ _id }) => _id,
    );
    expect(new Set(byIndex)).toEqual(stored);
    expect(byIndex).toHaveLength(stored.size);
  }, 60_000);
});
