/**
 * Sealing of what must not be read from a stolen database: tokens, secrets, phones.
 * AES-256-GCM with a random nonce; `blindIndex` lets a sealed value be looked up without opening any. What is sealed
 * names its key, so that one key can follow another: the current one seals, former ones still open (ADR 7).
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/** Before keys had names: whichever key it opens under is the right one. */
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
   * Throws when the text was changed or sealed for another purpose, and `UnknownKeyError` when it names a key that is
   * not at hand.
   */
  open(sealed: string, purpose: string): string;
  /** Whether it names the key that seals now; false is no proof that it can be opened. */
  isCurrent(sealed: string): boolean;
  /** The same value gives the same index, whichever key seals; the value cannot be had from it. */
  blindIndex(value: string, purpose: string): string;
  /** Of the key that seals now. */
  keyId: string;
}

/** What was sealed is whole, but its key is not among those that this desk was given. */
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
  /** They open and never seal. */
  former?: readonly Buffer[];
  /** 32 bytes; without it the one that data folders had when everything came from one key. */
  indexKey?: Buffer;
}

/** @param masterKey 32 bytes, generated into the data folder at first start or given as `SECRET_KEY`. */
export function createSealing(masterKey: Buffer, { former = [], indexKey }: OtherKeys = {}): Sealing {
  const current = keyOf(masterKey);
  const all = new Map([...former.map(keyOf), current].map((key) => [key.id, key]));
  // The newest first: most of what has no name was sealed under the key before.
  const inTurn = [current, ...[...all.values()].filter(({ id }) => id !== current.id)];
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
      for (const key of named ? [named] : inTurn) {
        try {
          return decipher(bytes, key.seals, purpose);
        } catch (error) {
          failure = error;
        }
      }
      throw new Error(`Sealed text for ${purpose} was changed, or sealed otherwise`, { cause: failure });
    },
    isCurrent: (sealed) => sealed.startsWith(`${FORMAT}.${current.id}.`),
    blindIndex(value, purpose) {
      return createHmac('sha256', index).update(`${purpose}\0${value}`).digest('base64url');
    },
  };
}

/** The index key that came from the master key itself, before it was kept apart. */
export function formerIndexKey(masterKey: Buffer): Buffer {
  return derive(masterKey, 'notify-inbox blind index', KEY_BYTES);
}

/** The name of a key: says which it is, and nothing of it. */
export function keyIdOf(masterKey: Buffer): string {
  return derive(masterKey, 'notify-inbox key id', KEY_ID_BYTES).toString('hex');
}

/** Null for what was sealed before keys had names, and for what is no sealed text. */
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
  // Shorter than a nonce and a whole tag: Node would take a tag of four bytes, and that is soon guessed.
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
