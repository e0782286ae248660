/**
 * `oauth_body_hash`: covers a body that is not a form, which the signature itself does not cover.
 * Source: OAuth Request Body Hash 1.0 draft 4, section 3.2: base64 of the hash of the signature's own algorithm.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { hashNameOf, type SignatureMethod } from './signature.ts';

export function bodyHashOf(body: Uint8Array, method: SignatureMethod): Buffer {
  return createHash(hashNameOf(method)).update(body).digest();
}

export function isBodyHash(given: string, body: Uint8Array, method: SignatureMethod): boolean {
  const bytes = Buffer.from(given, 'base64');
  const right = bodyHashOf(body, method);
  return bytes.length === right.length && timingSafeEqual(bytes, right);
}
