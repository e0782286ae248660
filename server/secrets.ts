/**
 * The keys that this desk made for itself, kept in the data folder where only its owner may read them.
 * `SECRET_KEY` replaces them where several machines share one database.
 */
import { hkdfSync, randomBytes, randomInt } from 'node:crypto';
import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

export interface Secrets {
  /** 32 bytes for `createSealing`. */
  sealingKey: Buffer;
  /** Signs session cookies. */
  authSecret: string;
}

const FILE_NAME = 'secrets.json';
const KEY_BYTES = 32;
const secretsFile = z.object({
  version: z.literal(1),
  secretKey: z
    .string()
    .transform((text) => Buffer.from(text, 'base64'))
    .refine((key) => key.length === KEY_BYTES),
});

/** A secrets file that must not be used; the message says which and what to do. */
export class SecretsError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SecretsError';
  }
}

/**
 * Reads the secrets, making them at the first start. Safe when several processes start at once: one file wins.
 * @throws SecretsError when the file is open to others or is not ours.
 */
export async function loadSecrets(
  dataDir: string,
  { secretKey }: { secretKey: Buffer | null },
): Promise<Secrets> {
  if (secretKey) return deriveSecrets(secretKey);
  const path = join(dataDir, FILE_NAME);
  const known = await readSecretsFile(path);
  if (known) return deriveSecrets(known);
  const made = { version: 1, secretKey: randomBytes(KEY_BYTES).toString('base64') };
  await writePrivateFileOnce(path, `${JSON.stringify(made)}\n`);
  const kept = await readSecretsFile(path);
  if (!kept) throw new SecretsError(`${path} vanished while it was being made`);
  return deriveSecrets(kept);
}

function deriveSecrets(secretKey: Buffer): Secrets {
  const derive = (purpose: string) =>
    Buffer.from(hkdfSync('sha256', secretKey, '', `notify-inbox ${purpose}`, KEY_BYTES));
  return { sealingKey: derive('sealing'), authSecret: derive('sign-in').toString('base64url') };
}

async function readSecretsFile(path: string): Promise<Buffer | null> {
  const text = await readPrivateFile(path);
  if (text === null) return null;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new SecretsError(
      `${path} is not JSON; restore it from a copy: what it sealed cannot be read without it`,
    );
  }
  const checked = secretsFile.safeParse(json);
  if (!checked.success) throw new SecretsError(`${path} does not hold a key of 32 bytes in base64`);
  return checked.data.secretKey;
}

/**
 * The text of a file that only its owner may read; null when there is none.
 * @throws SecretsError when others may read it. Windows has no such modes and is not checked.
 */
export async function readPrivateFile(path: string): Promise<string | null> {
  try {
    const { mode } = await stat(path);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0)
      throw new SecretsError(
        `${path} can be read by others (mode ${(mode & 0o777).toString(8)}); run: chmod 600 ${path}`,
      );
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/**
 * Writes a file whole and durable, or leaves the one that is there: false then. The link, unlike a rename, never
 * replaces what another process has just made.
 */
export async function writePrivateFileOnce(path: string, text: string): Promise<boolean> {
  await mkdir(join(path, '..'), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.${randomInt(2 ** 32)}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
