/** The signature base string (RFC 5849, section 3.4.1) and the two HMACs over it. */
import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { Parameter } from './parameters.ts';
import { percentEncode } from './percentEncode.ts';

/** HMAC-SHA256 is not in the RFC; client libraries build it the same way. */
const hashOf = { 'HMAC-SHA1': 'sha1', 'HMAC-SHA256': 'sha256' } as const;
export type SignatureMethod = keyof typeof hashOf;

export function isSignatureMethod(text: string): text is SignatureMethod {
  return Object.hasOwn(hashOf, text);
}

/**
 * @param url scheme, host and path as in section 3.4.1.2: lower case, no default port, no query.
 * @param parameters of query, form and header together; `oauth_signature` is left out.
 */
export function baseString(method: string, url: string, parameters: readonly Parameter[]): string {
  const encoded: string[] = [];
  for (const [name, value] of parameters)
    if (name !== 'oauth_signature') encoded.push(`${percentEncode(name)}=${percentEncode(value)}`);
  return `${percentEncode(method.toUpperCase())}&${percentEncode(url)}&${percentEncode(encoded.sort(byNameThenValue).join('&'))}`;
}

/** `=` sorts after digits, so a pair cannot be compared as one text: `a1=` would come before `a=`. */
function byNameThenValue(a: string, b: string): number {
  const nameA = a.slice(0, a.indexOf('='));
  const nameB = b.slice(0, b.indexOf('='));
  if (nameA !== nameB) return nameA < nameB ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The key of the HMAC (section 3.4.2); create it once for a secret that signs often. */
export function signingKey(consumerSecret: string, tokenSecret = ''): KeyObject {
  return createSecretKey(Buffer.from(`${percentEncode(consumerSecret)}&${percentEncode(tokenSecret)}`));
}

export function sign(method: SignatureMethod, key: KeyObject, text: string): Buffer {
  return createHmac(hashOf[method], key).update(text).digest();
}

/** Takes the same time wherever the two differ. */
export function isSignedWith(
  { method, base, signature }: { method: SignatureMethod; base: string; signature: string },
  key: KeyObject,
): boolean {
  const given = Buffer.from(signature, 'base64');
  const right = sign(method, key, base);
  return given.length === right.length && timingSafeEqual(given, right);
}
