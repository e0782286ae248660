/**
 * Rotation of a key that the desk generated itself. The new key is added to `secrets.json` beside the previous one.
 * When everything is sealed under it, the previous key goes to a file that the desk does not read.
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

/** Backups of the database made before the rotation still need these keys. */
export const FORMER_FILE = 'secrets.former.json';
const KEY_BYTES = 32;

/** Generates a new key, unless a rotation is already unfinished. Safe to repeat. */
export async function addNewKey(dataDir: string): Promise<void> {
  const path = join(dataDir, SECRETS_FILE);
  const kept = await mustRead(path);
  if (kept.formerKeys.length > 0) return;
  await replacePrivateFile(
    path,
    secretsText({ secretKey: randomBytes(KEY_BYTES), formerKeys: [kept.secretKey] }),
  );
}

/** Safe to repeat. @returns the path of the file with the former keys; null when there were none. */
export async function putFormerKeysAside(dataDir: string): Promise<string | null> {
  const path = join(dataDir, SECRETS_FILE);
  const { secretKey, formerKeys } = await mustRead(path);
  const [newest, ...older] = formerKeys;
  if (!newest) return null;
  const asidePath = join(dataDir, FORMER_FILE);
  const aside = await readSecretsFile(asidePath);
  const earlier = aside ? [aside.secretKey, ...aside.formerKeys] : [];
  // A crash between the two writes leaves a key in both files; the next run does not add it twice.
  const known = [newest, ...older, ...earlier.filter((key) => !formerKeys.some((one) => one.equals(key)))];
  await replacePrivateFile(asidePath, secretsText({ secretKey: known[0]!, formerKeys: known.slice(1) }));
  await replacePrivateFile(path, secretsText({ secretKey, formerKeys: [] }));
  return asidePath;
}

async function mustRead(path: string) {
  const kept = await readSecretsFile(path);
  if (!kept)
    throw new SecretsError(`${path} does not exist: this desk has not generated a key of its own yet`);
  return kept;
}
