/** A short digest of a message's text, to find equal texts by an index. */
import { createHash } from 'node:crypto';

const DIGEST_BYTES = 12;

/** Networks trim texts and may change line ends. */
export function textDigestOf(text: string): string {
  const plain = text.replace(/\r\n?/g, '\n').trim();
  return createHash('sha256').update(plain).digest().subarray(0, DIGEST_BYTES).toString('base64url');
}
