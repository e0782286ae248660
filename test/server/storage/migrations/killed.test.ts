/** A program that is killed with `kill -9` while it migrates, and started again. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrations } from '../../../../server/storage/migrations/migrations.ts';
import { openFolder } from './openFolder.ts';

const program = fileURLToPath(new URL('./migrateUntilKilled.ts', import.meta.url));
const MESSAGES = 6_000;

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'notify-inbox-killed-'));
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

/** @returns true when it was killed; false when it ended by itself. */
function migrate(killAfterBatches: number): Promise<boolean> {
  const child = spawn(process.execPath, ['--import', 'tsx', program, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    if (text.split('\n').length > killAfterBatches) child.kill('SIGKILL');
  });
  return new Promise((resolve, reject) => {
    child.once('close', (code, signal) => {
      if (signal === null && code !== 0) reject(new Error(`the program ended with ${code}`));
      resolve(signal === 'SIGKILL');
    });
  });
}

it('has every document in the new form in the end, each once', async () => {
  const due = (n: number) => new Date(Date.UTC(2026, 0, 1) + n * 1_000);
  {
    await using folder = await openFolder(dataDir);
    const messages = folder.db.collection<{ _id: number }>('serviceMessages');
    await messages.insertMany(
      Array.from({ length: MESSAGES }, (_, n) => ({ _id: n, text: `message ${n}`, expireAt: due(n) })),
    );
  }
  expect(await migrate(1)).toBe(true);
  {
    await using folder = await openFolder(dataDir);
    expect(await folder.db.collection('schema').findOne({})).toMatchObject({ version: 0 });
    const left = await folder.db
      .collection('serviceMessages')
      .countDocuments({ expireAt: { $exists: true } });
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(MESSAGES);
  }
  expect(await migrate(Number.POSITIVE_INFINITY)).toBe(false);

  await using folder = await openFolder(dataDir);
  const messages = folder.db.collection<{ _id: number }>('serviceMessages');
  expect(await messages.find({}).sort({ _id: 1 }).toArray()).toEqual(
    Array.from({ length: MESSAGES }, (_, n) => ({ _id: n, text: `message ${n}`, expiryDueAt: due(n) })),
  );
  expect(await folder.db.collection('schema').findOne({})).toEqual({
    _id: 'schema',
    version: migrations.length,
  });
}, 120_000);
