/**
 * Encrypts values that a stolen database must not reveal: tokens, secrets, phones. AES-256-GCM with a random nonce;
 * `blindIndex` finds a sealed value without opening any. A sealed text names its key, so keys can be rotated: the
 * current key seals, former ones still open (ADR 7).
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/** From before keys had names: every key is tried. */
const NAMELESS_FORMAT = 'v1';
/** `v2.<key id>.<nonce, tag and body>` */
const FORMAT = 'v2';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
const KEY_ID_BYTES = 4;

export interface Sealing {
  /** The purpose is bound to the sealed text: what was sealed for one cannot be opened for another. */
  seal(plain: string, purpose: string): string;
  /**
   * Throws when the text was changed or sealed for another purpose, and `UnknownKeyError` when it names a key that
   * this desk does not have.
   */
  open(sealed: string, purpose: string): string;
  /** Whether the text names the current key; it does not prove that the text can be opened. */
  isCurrent(sealed: string): boolean;
  /** The same value gives the same index, whichever key seals; the index does not reveal the value. */
  blindIndex(value: string, purpose: string): string;
  /** The id of the current key. */
  keyId: string;
}

/** The sealed text names a key that this desk was not given. */
export class UnknownKeyError extends Error {
  readonly keyId: string;
  constructor(keyId: string, purpose: string) {
    super(
      `Sealed text for ${purpose} names key ${keyId}, which is neither SECRET_KEY nor in SECRET_KEY_PREVIOUS (nor in secrets.json, where that is used)`,
    );
    this.name = 'UnknownKeyError';
    this.keyId = keyId;
  }
}

export interface OtherKeys {
  /** Used only to open. */
  former?: readonly Buffer[];
  /** 32 bytes; by default the key derived from the master key, as in data folders from before there were two. */
  indexKey?: Buffer;
}

/** @param masterKey 32 bytes, generated into the data folder at first start or given as `SECRET_KEY`. */
export function createSealing(masterKey: Buffer, { former = [], indexKey }: OtherKeys = {}): Sealing {
  const current = keyOf(masterKey);
  const all = new Map([...former.map(keyOf), current].map((key) => [key.id, key]));
  // For texts that name no key: the current key first, then the former ones.
  const tryOrder = [current, ...[...all.values()].filter(({ id }) => id !== current.id)];
  const index = indexKey ?? formerIndexKey(masterKey);

  return {
    keyId: current.id,
    seal(plain, purpose) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', current.seals, nonce).setAAD(Buffer.from(purpose));
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      const payload = Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
      return `${FORMAT}.${current.id}.${payload}`;
    },
    open(sealed, purpose) {
      const { keyId, bytes } = read(sealed, purpose);
      const named = keyId === null ? null : all.get(keyId);
      if (keyId !== null && !named) throw new UnknownKeyError(keyId, purpose);
      let failure: unknown;
      for (const key of named ? [named] : tryOrder) {
        try {
          return decipher(bytes, key.seals, purpose);
        } catch (error) {
          failure = error;
        }
      }
      throw new Error(
        `Sealed text for ${purpose} was changed, or sealed for another purpose or under another key`,
        { cause: failure },
      );
    },
    isCurrent: (sealed) => sealed.startsWith(`${FORMAT}.${current.id}.`),
    blindIndex(value, purpose) {
      return createHmac('sha256', index).update(`${purpose}\0${value}`).digest('base64url');
    },
  };
}

/** The index key derived from the master key, as it was before the index key was stored. */
export function formerIndexKey(masterKey: Buffer): Buffer {
  return derive(masterKey, 'notify-inbox blind index', KEY_BYTES);
}

/** The id of a key; it does not reveal the key. */
export function keyIdOf(masterKey: Buffer): string {
  return derive(masterKey, 'notify-inbox key id', KEY_ID_BYTES).toString('hex');
}

/** Null for texts sealed before keys had names, and for texts that are not sealed. */
export function namedKeyOf(sealed: string): string | null {
  return /^v2\.([0-9a-f]{8})\./.exec(sealed)?.[1] ?? null;
}

function keyOf(masterKey: Buffer): { id: string; seals: Buffer } {
  if (masterKey.length !== KEY_BYTES)
    throw new Error(`The sealing key must be ${KEY_BYTES} bytes, not ${masterKey.length}`);
  return { id: keyIdOf(masterKey), seals: derive(masterKey, 'notify-inbox seal', KEY_BYTES) };
}

function derive(masterKey: Buffer, purpose: string, bytes: number): Buffer {
  return Buffer.from(hkdfSync('sha256', masterKey, '', purpose, bytes));
}

function read(sealed: string, purpose: string): { keyId: string | null; bytes: Buffer } {
  const [format, ...rest] = sealed.split('.');
  const keyId = namedKeyOf(sealed);
  const payload = (keyId === null ? rest[0] : rest[1]) ?? '';
  const bytes = Buffer.from(payload, 'base64url');
  const isKnown = keyId === null ? format === NAMELESS_FORMAT : true;
  // A whole nonce and tag are required: Node would accept a tag of four bytes, which is easy to guess.
  if (!isKnown || bytes.length < NONCE_BYTES + TAG_BYTES)
    throw new Error(`Sealed text for ${purpose} is not in a known format`);
  return { keyId, bytes };
}

function decipher(bytes: Buffer, key: Buffer, purpose: string): string {
  const tag = bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
  const opening = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  })
    .setAAD(Buffer.from(purpose))
    .setAuthTag(tag);
  const body = opening.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
  return Buffer.concat([body, opening.final()]).toString('utf8');
}
