import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addNewKey, FORMER_FILE, putFormerKeysAside } from '../../../server/keys/rotateSecretsFile.ts';
import { loadSecrets, SecretsError } from '../../../server/storage/secretsFile.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'notify-inbox-secrets-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const generated = { secretKey: null };

it('generates keys at the first start, which stay the same and only the owner may read', async () => {
  const first = await loadSecrets(join(dataDir, 'new'), generated);
  expect(first.current.sealing).toHaveLength(32);
  expect(first.former).toEqual([]);
  expect(await loadSecrets(join(dataDir, 'new'), generated)).toEqual(first);
  expect((await stat(join(dataDir, 'new', 'secrets.json'))).mode & 0o777).toBe(0o600);
});

it('gives the same keys to several processes that start at once', async () => {
  const all = await Promise.all(Array.from({ length: 8 }, () => loadSecrets(dataDir, generated)));
  for (const secrets of all) expect(secrets).toEqual(all[0]);
  expect(await readdir(dataDir)).toEqual(['secrets.json']);
});

it('refuses a file that others can read, saying how to fix it', async () => {
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

it('uses the key of the settings, the same on every machine, and writes nothing', async () => {
  const secretKey = Buffer.alloc(32, 7);
  const here = await loadSecrets(dataDir, { secretKey });
  const there = await loadSecrets(join(dataDir, 'elsewhere'), { secretKey });
  expect(here).toEqual(there);
  expect(here.source).toBe('SECRET_KEY');
  expect(here.current.formerAuthSecret).not.toBe(here.current.sealing.toString('base64url'));
  expect(await readdir(dataDir)).toEqual([]);
});

it('adds one new key beside the previous one, and no other until that one is put aside', async () => {
  const before = await loadSecrets(dataDir, generated);
  await addNewKey(dataDir);
  const during = await loadSecrets(dataDir, generated);
  expect(during.former).toEqual([before.current]);
  expect(during.current).not.toEqual(before.current);
  await addNewKey(dataDir);
  expect(await loadSecrets(dataDir, generated)).toEqual(during);

  expect(await putFormerKeysAside(dataDir)).toBe(join(dataDir, FORMER_FILE));
  expect(await loadSecrets(dataDir, generated)).toEqual({ ...during, former: [] });
  expect(await putFormerKeysAside(dataDir)).toBeNull();
  expect((await stat(join(dataDir, FORMER_FILE))).mode & 0o777).toBe(0o600);
  await addNewKey(dataDir);
  await putFormerKeysAside(dataDir);
  const aside = JSON.parse(await readFile(join(dataDir, FORMER_FILE), 'utf8'));
  expect([aside.secretKey, ...aside.formerKeys]).toHaveLength(2);
});
