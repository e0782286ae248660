/** A short stand-in for a message's words, by which equal ones are found in an index. */
import { createHash } from 'node:crypto';

const DIGEST_BYTES = 12;

/** Networks trim what they are given and may write line ends their own way. */
export function textDigestOf(text: string): string {
  const plain = text.replace(/\r\n?/g, '\n').trim();
  return createHash('sha256').update(plain).digest().subarray(0, DIGEST_BYTES).toString('base64url');
}
