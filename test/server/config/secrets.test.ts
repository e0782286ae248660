import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadSecrets, SecretsError } from '../../../server/secrets.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'notify-inbox-secrets-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const generated = { secretKey: null };

it('makes keys at the first start that stay the same, for the owner alone', async () => {
  const first = await loadSecrets(join(dataDir, 'new'), generated);
  expect(first.sealingKey).toHaveLength(32);
  expect(first.authSecret.length).toBeGreaterThanOrEqual(32);
  expect(await loadSecrets(join(dataDir, 'new'), generated)).toEqual(first);
  expect((await stat(join(dataDir, 'new', 'secrets.json'))).mode & 0o777).toBe(0o600);
});

it('lets one of several processes that start at once make them, and the others take those', async () => {
  const all = await Promise.all(Array.from({ length: 8 }, () => loadSecrets(dataDir, generated)));
  for (const secrets of all) expect(secrets).toEqual(all[0]);
  expect(await readdir(dataDir)).toEqual(['secrets.json']);
});

it('refuses a file that others can read, saying how to mend it', async () => {
  await loadSecrets(dataDir, generated);
  const path = join(dataDir, 'secrets.json');
  await chmod(path, 0o640);
  await expect(loadSecrets(dataDir, generated)).rejects.toThrow(
    new SecretsError(`${path} can be read by others (mode 640); run: chmod 600 ${path}`),
  );
});

it('refuses a damaged file and leaves it as it was', async () => {
  const path = join(dataDir, 'secrets.json');
  for (const text of ['{', '{"version":1,"secretKey":"c2hvcnQ="}', '{"version":2}']) {
    await writeFile(path, text, { mode: 0o600 });
    await expect(loadSecrets(dataDir, generated)).rejects.toBeInstanceOf(SecretsError);
    expect(await readFile(path, 'utf8')).toBe(text);
  }
});

it('takes the key of the settings on every machine alike, writing nothing', async () => {
  const secretKey = Buffer.alloc(32, 7);
  const here = await loadSecrets(dataDir, { secretKey });
  const there = await loadSecrets(join(dataDir, 'elsewhere'), { secretKey });
  expect(here).toEqual(there);
  expect(here.authSecret).not.toBe(here.sealingKey.toString('base64url'));
  expect(await readdir(dataDir)).toEqual([]);
});
