/**
 * Sealing of what must not be read from a stolen database: tokens, secrets, phones.
 * AES-256-GCM with a random nonce; `blindIndex` lets a sealed value be looked up without opening any.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

const FORMAT = 'v1';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface Sealing {
  /** The purpose is bound to the sealed text: what was sealed for one cannot be opened for another. */
  seal(plain: string, purpose: string): string;
  /** Throws when the text was changed, or sealed under another key or for another purpose. */
  open(sealed: string, purpose: string): string;
  /** The same value gives the same index under the same key; the value cannot be had from it. */
  blindIndex(value: string, purpose: string): string;
}

/** @param masterKey 32 bytes, generated into the data folder at first start or given as `SECRET_KEY`. */
export function createSealing(masterKey: Buffer): Sealing {
  if (masterKey.length !== 32) throw new Error(`The sealing key must be 32 bytes, not ${masterKey.length}`);
  const sealKey = Buffer.from(hkdfSync('sha256', masterKey, '', 'notify-inbox seal', 32));
  const indexKey = Buffer.from(hkdfSync('sha256', masterKey, '', 'notify-inbox blind index', 32));

  return {
    seal(plain, purpose) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', sealKey, nonce).setAAD(Buffer.from(purpose));
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return `${FORMAT}.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')}`;
    },
    open(sealed, purpose) {
      const [format, payload = ''] = sealed.split('.');
      const bytes = Buffer.from(payload, 'base64url');
      // Shorter than a nonce and a whole tag: Node would take a tag of four bytes, and that is soon guessed.
      if (format !== FORMAT || bytes.length < NONCE_BYTES + TAG_BYTES)
        throw new Error(`Sealed text for ${purpose} is not in a known format`);
      const decipher = createDecipheriv('aes-256-gcm', sealKey, bytes.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      })
        .setAAD(Buffer.from(purpose))
        .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      try {
        const body = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
        return Buffer.concat([body, decipher.final()]).toString('utf8');
      } catch (cause) {
        throw new Error(`Sealed text for ${purpose} was changed, or sealed otherwise`, { cause });
      }
    },
    blindIndex(value, purpose) {
      return createHmac('sha256', indexKey).update(`${purpose}\0${value}`).digest('base64url');
    },
  };
}
