/** An older program over a newer program's database, as an operator sees it: the desk and the command for keys. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrations } from '../../../../server/storage/migrations/migrations.ts';
import { openFolder } from './openFolder.ts';

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'notify-inbox-newer-'));
  await using folder = await openFolder(dataDir);
  const schema = folder.db.collection<{ _id: string; version: number }>('schema');
  await schema.insertOne({ _id: 'schema', version: migrations.length + 1 });
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

const run = (file: string) =>
  new Promise<{ code: unknown; stderr: string }>((resolve) => {
    const program = fileURLToPath(new URL(`../../../../server/${file}`, import.meta.url));
    const env = { PATH: process.env.PATH ?? '', DATA_DIR: dataDir, PORT: '0', SANDBOX_PORT: '0' };
    execFile(process.execPath, ['--import', 'tsx', program], { env }, (error, _stdout, stderr) =>
      resolve({ code: error?.code, stderr }),
    );
  });

it.each(['main.ts', 'rotateKeys.ts'])(
  '%s refuses it with one sentence, and changes nothing',
  async (file) => {
    const { code, stderr } = await run(file);
    expect(code).toBe(1);
    expect(stderr).toBe(
      `The database has schema version ${migrations.length + 1}, but this program knows only versions up to ` +
        `${migrations.length}: start the newer version of the program, or restore the copy of the database made ` +
        'before the upgrade.\n',
    );
    await using folder = await openFolder(dataDir);
    const collections = await folder.db.listCollections().toArray();
    expect(collections.map(({ name }) => name)).toEqual(['schema']);
  },
  60_000,
);
