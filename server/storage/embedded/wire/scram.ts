/** The server side of SCRAM-SHA-256 (RFC 5802, RFC 7677), by which an unmodified driver signs in with a password. */
import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';
import { CommandError } from '../errors.ts';

const iterations = 15_000;

export interface Scram {
  user: string;
  salt: Buffer;
  storedKey: Buffer;
  serverKey: Buffer;
}

export interface ScramConversation {
  firstBare: string;
  serverFirst: string;
  nonce: string;
}

const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest();

export function makeScram(user: string, password: string): Scram {
  const salt = randomBytes(28);
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  return { user, salt, storedKey: sha256(hmac(salted, 'Client Key')), serverKey: hmac(salted, 'Server Key') };
}

const refused = () => new CommandError(18, 'Authentication failed.');

/** Answers the client's first message: `n,,n=user,r=nonce`. */
export function beginScram(scram: Scram, clientFirst: string): ScramConversation {
  const match = /^[ny],[^,]*,(n=([^,]*),r=([^,]+).*)$/.exec(clientFirst);
  if (match === null) throw refused();
  const [, firstBare = '', user, clientNonce] = match;
  if (user!.replace(/=2C/g, ',').replace(/=3D/g, '=') !== scram.user) throw refused();
  const nonce = `${clientNonce}${randomBytes(24).toString('base64')}`;
  return { firstBare, nonce, serverFirst: `r=${nonce},s=${scram.salt.toString('base64')},i=${iterations}` };
}

/** Checks the proof of `c=…,r=…,p=…` and answers with the server's own. */
export function finishScram(scram: Scram, conversation: ScramConversation, clientFinal: string): string {
  const match = /^(c=[^,]*,r=([^,]*)),p=(.+)$/.exec(clientFinal);
  if (match === null || match[2] !== conversation.nonce) throw refused();
  const signed = `${conversation.firstBare},${conversation.serverFirst},${match[1]}`;
  const signature = hmac(scram.storedKey, signed);
  const proof = Buffer.from(match[3]!, 'base64');
  if (proof.length !== signature.length) throw refused();
  const clientKey = Buffer.from(proof.map((byte, at) => byte ^ signature[at]!));
  if (!timingSafeEqual(sha256(clientKey), scram.storedKey)) throw refused();
  return `v=${hmac(scram.serverKey, signed).toString('base64')}`;
}
