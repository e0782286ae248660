/**
 * A change of keys where the desk made its own: the new key is put into `secrets.json` beside the one that it follows, and
 * once everything is sealed under it, the former one goes to a file that the desk does not read.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import {
  readSecretsFile,
  replacePrivateFile,
  SECRETS_FILE,
  SecretsError,
  secretsText,
} from '../storage/secretsFile.ts';

/** Copies of the database that were made before still need them. */
export const FORMER_FILE = 'secrets.former.json';
const KEY_BYTES = 32;

/** Makes a new key, unless one waits for the rest to be sealed under it already. */
export async function addNewKey(dataDir: string): Promise<void> {
  const path = join(dataDir, SECRETS_FILE);
  const kept = await mustRead(path);
  if (kept.formerKeys.length > 0) return;
  await replacePrivateFile(
    path,
    secretsText({ secretKey: randomBytes(KEY_BYTES), formerKeys: [kept.secretKey] }),
  );
}

/** @returns where the former keys are now; null when there were none. */
export async function putFormerKeysAside(dataDir: string): Promise<string | null> {
  const path = join(dataDir, SECRETS_FILE);
  const { secretKey, formerKeys } = await mustRead(path);
  const [newest, ...older] = formerKeys;
  if (!newest) return null;
  const asidePath = join(dataDir, FORMER_FILE);
  const aside = await readSecretsFile(asidePath);
  const earlier = aside ? [aside.secretKey, ...aside.formerKeys] : [];
  // A crash after the first of the two files leaves a key in both, and the next run finds it there.
  const known = [newest, ...older, ...earlier.filter((key) => !formerKeys.some((one) => one.equals(key)))];
  await replacePrivateFile(asidePath, secretsText({ secretKey: known[0]!, formerKeys: known.slice(1) }));
  await replacePrivateFile(path, secretsText({ secretKey, formerKeys: [] }));
  return asidePath;
}

async function mustRead(path: string) {
  const kept = await readSecretsFile(path);
  if (!kept) throw new SecretsError(`${path} is not there: this desk has made no key of its own yet`);
  return kept;
}
