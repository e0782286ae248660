/**
 * Checks a request signed by OAuth 1.0 (RFC 5849) with HMAC-SHA1 or HMAC-SHA256. Covers only what the gateway needs:
 * a header and a JSON body, which the signature does not cover. Deliberately shares no code with the desk's own
 * check, so that each verifies the other.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

const windowSeconds = 300;
const hashes: Record<string, string> = { 'HMAC-SHA1': 'sha1', 'HMAC-SHA256': 'sha256' };

export interface SignedRequest {
  method: string;
  /** The whole URL, query included. */
  address: string;
  /** The Authorization header. */
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
  // RFC 5849, 3.4.1.3.2: sorted by encoded name, then by encoded value.
  pairs.sort(([name = '', value = ''], [otherName = '', otherValue = '']) =>
    name === otherName ? compare(value, otherValue) : compare(name, otherName),
  );
  const parameters = pairs.map(([name, value]) => `${name}=${value}`).join('&');
  const base = [method.toUpperCase(), encode(`${url.origin}${url.pathname}`), encode(parameters)].join('&');
  const expected = createHmac(hash, `${encode(consumerSecret)}&`)
    .update(base)
    .digest();
  const received = Buffer.from(signature, 'base64');
  return received.length === expected.length && timingSafeEqual(received, expected);
}

/** Accepts each signed request once: a nonce is kept as long as its timestamp would be accepted. */
export class Nonces {
  readonly #seenAtMs = new Map<string, number>();

  accept(authorization: string): boolean {
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

/** RFC 3986: encodeURIComponent leaves a few more characters unescaped than OAuth allows. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
