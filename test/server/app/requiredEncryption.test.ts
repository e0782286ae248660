/** A desk that requires encrypted storage, started as people start it: a process over a folder in memory. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { firstPassword, signIn, startDeskProcess } from '../../support/deskProcess.ts';
import { freePort } from '../../support/freePort.ts';

const mainFile = new URL('../../../dist/server/main.js', import.meta.url).pathname;
let dataDir: string;
beforeAll(async () => {
  const inMemory = '/dev/shm';
  dataDir = await mkdtemp(join(existsSync(inMemory) ? inMemory : tmpdir(), 'notify-inbox-required-'));
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

it('refuses to start, reports what it found, and creates no secret; when the operator declares encryption, it starts and reports the declaration', async () => {
  const env = {
    PATH: process.env.PATH ?? '',
    PORT: String(await freePort()),
    SANDBOX_PORT: '0',
    DATA_DIR: dataDir,
    REQUIRE_ENCRYPTED_STORAGE: 'on',
  };
  const refused = await promisify(execFile)(process.execPath, [mainFile], { env }).then(
    () => null,
    (error: { code: number; stderr: string }) => error,
  );
  expect(refused).toMatchObject({ code: 1 });
  expect(refused?.stderr).toMatch(/^REQUIRE_ENCRYPTED_STORAGE: .+ disk.+; it should be encrypted, or .+\n$/);
  expect(await readdir(dataDir)).not.toContain('secrets.json');

  const desk = await startDeskProcess({ ...env, STORAGE_ENCRYPTED: 'declared' });
  try {
    const email = 'admin@example.com';
    const admin = await signIn(desk.url, email, await firstPassword(dataDir, email));
    expect(await admin.call('readStorageEncryption')).toMatchObject({ state: 'declared' });
  } finally {
    await desk.kill('SIGTERM');
  }
});
