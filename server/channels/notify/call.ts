/**
 * Makes one HTTP call to the gateway, over HTTPS or on loopback. Failures are values that say whether the gateway may
 * have acted. Retries are left to the caller.
 */

import type { KeyObject } from 'node:crypto';
import { randomBytes } from 'node:crypto';
import { isHttpsOrLoopback } from '../../net/loopback.ts';
import type { Parameter } from '../../oauth/parameters.ts';
import { percentEncode } from '../../oauth/percentEncode.ts';
import { baseString, sign, signingKey } from '../../oauth/signature.ts';
import { currentTimeMs } from '../../work/clock.ts';
import { isUnconnected } from '../calls.ts';
import type { Credentials, GatewaySettings } from './settings.ts';

export type Called =
  | { kind: 'answered'; body: unknown }
  /** The gateway rejected the whole request and accepted nothing of it. */
  | { kind: 'refused'; httpStatus: number; code: string | null; retryAfterMs: number | null }
  /** The gateway was not reached and accepted nothing. */
  | { kind: 'unreachable' }
  /** No answer, or an unreadable one: the gateway may have acted. */
  | { kind: 'lost' };

const TIMEOUT_MS = 15_000;

export async function callGateway(
  settings: GatewaySettings,
  method: 'GET' | 'POST',
  path: string,
  { json, bytes, query = [] }: { json?: unknown; bytes?: Uint8Array<ArrayBuffer>; query?: Parameter[] } = {},
): Promise<Called> {
  const url = `${settings.baseUrl}${path}`;
  if (!isHttpsOrLoopback(url)) return { kind: 'unreachable' };
  const address =
    query.length === 0
      ? url
      : `${url}?${new URLSearchParams(query.map(([k, v]): [string, string] => [k, v]))}`;
  const body = json === undefined ? bytes : JSON.stringify(json);
  let answer: Response;
  try {
    answer = await fetch(address, {
      method,
      headers: {
        authorization: authorizationFor(settings.credentials, method, url, query),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...(bytes === undefined ? {} : { 'content-type': 'image/jpeg' }),
      },
      ...(body === undefined ? {} : { body }),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    return { kind: isUnconnected(error) ? 'unreachable' : 'lost' };
  }
  const read = await answer.json().catch(() => undefined);
  if (answer.ok) return read === undefined ? { kind: 'lost' } : { kind: 'answered', body: read };
  // A proxy may answer 5xx after the gateway behind it has acted.
  if (answer.status >= 500) return { kind: 'lost' };
  const { code } = (read ?? {}) as { code?: unknown };
  return {
    kind: 'refused',
    httpStatus: answer.status,
    code: typeof code === 'string' ? code : null,
    retryAfterMs: retryAfterMs(answer.headers.get('retry-after')),
  };
}

function retryAfterMs(header: string | null): number | null {
  const seconds = Number(header ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null;
}

function authorizationFor(credentials: Credentials, method: string, url: string, query: Parameter[]): string {
  if (credentials.kind === 'key') return `Key ${credentials.key}`;
  const { consumerKey, consumerSecret } = credentials;
  return signedHeader(consumerKey, signingKey(consumerSecret), method, url, query);
}

function signedHeader(
  consumerKey: string,
  key: KeyObject,
  method: string,
  url: string,
  query: Parameter[],
): string {
  const oauth: Parameter[] = [
    ['oauth_consumer_key', consumerKey],
    ['oauth_nonce', randomBytes(16).toString('hex')],
    ['oauth_signature_method', 'HMAC-SHA256'],
    ['oauth_timestamp', String(Math.floor(currentTimeMs() / 1000))],
    ['oauth_version', '1.0'],
  ];
  const signature = sign('HMAC-SHA256', key, baseString(method, url, [...oauth, ...query])).toString(
    'base64',
  );
  const fields = [...oauth, ['oauth_signature', signature] as const];
  return `OAuth ${fields.map(([name, value]) => `${name}="${percentEncode(value)}"`).join(', ')}`;
}
