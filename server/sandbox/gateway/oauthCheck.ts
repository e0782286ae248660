/**
 * Checks a request signed by OAuth 1.0 (RFC 5849) with HMAC-SHA1 or HMAC-SHA256: only what the gateway needs, a header
 * and a body that is JSON, which the signature leaves out. Written apart from the desk's own check on purpose: each is
 * a second opinion on the other.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

const windowSeconds = 300;
const hashes: Record<string, string> = { 'HMAC-SHA1': 'sha1', 'HMAC-SHA256': 'sha256' };

export interface SignedRequest {
  method: string;
  /** The whole address, query included. */
  address: string;
  /** The header. */
  authorization: string;
}

export function isSignedBy(
  { consumerKey, consumerSecret }: { consumerKey: string; consumerSecret: string },
  { method, address, authorization }: SignedRequest,
): boolean {
  const fields = readHeader(authorization);
  const { oauth_signature: signature, realm: _, ...signed } = fields;
  const hash = hashes[signed.oauth_signature_method ?? ''];
  const ageSeconds = Math.abs(Date.now() / 1000 - Number(signed.oauth_timestamp));
  if (!signature || !hash || !signed.oauth_nonce || signed.oauth_consumer_key !== consumerKey) return false;
  if (!(ageSeconds <= windowSeconds)) return false;
  const url = new URL(address);
  const pairs = [...Object.entries(signed), ...url.searchParams].map(([name, value]) => [
    encode(name),
    encode(value),
  ]);
  // RFC 5849, 3.4.1.3.2: by the encoded name, then by the encoded value.
  pairs.sort(([name = '', value = ''], [otherName = '', otherValue = '']) =>
    name === otherName ? compare(value, otherValue) : compare(name, otherName),
  );
  const parameters = pairs.map(([name, value]) => `${name}=${value}`).join('&');
  const base = [method.toUpperCase(), encode(`${url.origin}${url.pathname}`), encode(parameters)].join('&');
  const expected = createHmac(hash, `${encode(consumerSecret)}&`)
    .update(base)
    .digest();
  const given = Buffer.from(signature, 'base64');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Each signed request is taken once: its nonce is kept while its timestamp would still be taken. */
export class Nonces {
  readonly #seenAtMs = new Map<string, number>();

  takeFrom(authorization: string): boolean {
    const {
      oauth_consumer_key: key,
      oauth_timestamp: timestamp,
      oauth_nonce: nonce,
    } = readHeader(authorization);
    const id = `${key}\n${timestamp}\n${nonce}`;
    if (this.#seenAtMs.has(id)) return false;
    const nowMs = Date.now();
    for (const [old, atMs] of this.#seenAtMs) {
      if (atMs > nowMs - 2 * windowSeconds * 1000) break;
      this.#seenAtMs.delete(old);
    }
    this.#seenAtMs.set(id, nowMs);
    return true;
  }
}

function readHeader(authorization: string): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [, name = '', value = ''] of authorization.matchAll(/([\w-]+)="([^"]*)"/g)) {
    try {
      fields[decodeURIComponent(name)] = decodeURIComponent(value);
    } catch {
      return {};
    }
  }
  return fields;
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** RFC 3986: what encodeURIComponent leaves is a little more than is allowed. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
