/**
 * The keys that this desk generated, kept in the data folder where only the owner may read them. `SECRET_KEY`
 * replaces them when several machines share one database. Former keys still open what they sealed (ADR 7).
 */
import { hkdfSync, randomBytes, randomInt } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

export interface Secrets {
  /** This one seals. */
  current: MasterKey;
  /** These open what they sealed; the newest first. */
  former: MasterKey[];
  /** Where an operator finds and changes the keys; error messages name it. */
  source: string;
}

export interface MasterKey {
  /** 32 bytes for `createSealing`. */
  sealing: Buffer;
  /** Signed session cookies before the sign-in secret was stored. */
  formerAuthSecret: string;
}

export interface GivenKeys {
  secretKey: Buffer | null;
  formerSecretKeys?: readonly Buffer[];
}

export const SECRETS_FILE = 'secrets.json';
const KEY_BYTES = 32;
const keyText = z
  .string()
  .transform((text) => Buffer.from(text, 'base64'))
  .refine((key) => key.length === KEY_BYTES);
const secretsFile = z.object({
  version: z.literal(1),
  secretKey: keyText,
  formerKeys: z.array(keyText).default([]),
});
export type SecretsFile = z.output<typeof secretsFile>;

/** A secrets file that must not be used; the message says which and what to do. */
export class SecretsError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SecretsError';
  }
}

/**
 * Reads the secrets; generates them at the first start. Safe when several processes start at once: one file wins.
 * @throws SecretsError when others may read the file or it is not ours.
 */
export async function loadSecrets(
  dataDir: string,
  { secretKey, formerSecretKeys = [] }: GivenKeys,
): Promise<Secrets> {
  if (secretKey) return secretsOf({ secretKey, formerKeys: formerSecretKeys }, 'SECRET_KEY');
  const path = join(dataDir, SECRETS_FILE);
  const known = await readSecretsFile(path);
  if (known) return secretsOf(known, path);
  await writePrivateFileOnce(path, secretsText({ secretKey: randomBytes(KEY_BYTES), formerKeys: [] }));
  const kept = await readSecretsFile(path);
  if (!kept) throw new SecretsError(`${path} disappeared while it was being created`);
  return secretsOf(kept, path);
}

function secretsOf(
  { secretKey, formerKeys }: { secretKey: Buffer; formerKeys: readonly Buffer[] },
  source: string,
): Secrets {
  return { current: masterKeyOf(secretKey), former: formerKeys.map(masterKeyOf), source };
}

function masterKeyOf(secretKey: Buffer): MasterKey {
  const derive = (purpose: string) =>
    Buffer.from(hkdfSync('sha256', secretKey, '', `notify-inbox ${purpose}`, KEY_BYTES));
  return { sealing: derive('sealing'), formerAuthSecret: derive('sign-in').toString('base64url') };
}

export function secretsText({
  secretKey,
  formerKeys,
}: Pick<SecretsFile, 'secretKey' | 'formerKeys'>): string {
  const text = (key: Buffer) => key.toString('base64');
  const former = formerKeys.length === 0 ? {} : { formerKeys: formerKeys.map(text) };
  return `${JSON.stringify({ version: 1, secretKey: text(secretKey), ...former })}\n`;
}

/** Null when the file does not exist. */
export async function readSecretsFile(path: string): Promise<SecretsFile | null> {
  const text = await readPrivateFile(path);
  if (text === null) return null;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new SecretsError(
      `${path} is not JSON; restore it from a backup: data sealed with its keys cannot be read without it`,
    );
  }
  const checked = secretsFile.safeParse(json);
  if (!checked.success) throw new SecretsError(`${path} does not hold a key of 32 bytes in base64`);
  return checked.data;
}

/**
 * The text of a file that only its owner may read; null when the file does not exist.
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
 * Writes a file completely and durably. An existing file is left as it is, with false: a link, unlike a rename, never
 * replaces a file that another process has just created.
 */
export async function writePrivateFileOnce(path: string, text: string): Promise<boolean> {
  const draft = await writeDraft(path, text);
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

/** Replaces a file completely and durably. */
export async function replacePrivateFile(path: string, text: string): Promise<void> {
  const draft = await writeDraft(path, text);
  try {
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

async function writeDraft(path: string, text: string): Promise<string> {
  await mkdir(join(path, '..'), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.${randomInt(2 ** 32)}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  return draft;
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
