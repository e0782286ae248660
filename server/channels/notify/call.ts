/**
 * Makes one HTTP call to the gateway, over HTTPS or on loopback. Failures are values that say whether the gateway may
 * have acted. Retries are left to the caller.
 */

import type { KeyObject } from 'node:crypto';
import { randomBytes } from 'node:crypto';
import type { OutgoingFile } from '../../conversations/outbox/channel.ts';
import { isHttpsOrLoopback } from '../../net/loopback.ts';
import type { Parameter } from '../../oauth/parameters.ts';
import { percentEncode } from '../../oauth/percentEncode.ts';
import { baseString, sign, signingKey } from '../../oauth/signature.ts';
import { currentTimeMs } from '../../work/clock.ts';
import { isUnconnected } from '../calls.ts';
import { type Answer, sendRequest } from '../request.ts';
import type { Credentials, GatewaySettings } from './settings.ts';

export type Called =
  | { kind: 'answered'; body: unknown }
  /** The gateway rejected the whole request and accepted nothing of it. */
  | { kind: 'refused'; httpStatus: number; code: string | null; retryAfterMs: number | null }
  /** The gateway was not reached and accepted nothing. */
  | { kind: 'unreachable' }
  /** The caller's signal or its `json` ended the call before it was written. */
  | { kind: 'notCalled' }
  /** No answer, or an unreadable one: the gateway may have acted. */
  | { kind: 'lost' };

/** Until the gateway begins to answer, and at each pause in the answer. */
const IDLE_MS = 15_000;
/** An upload is checked before it is answered. A call that sends has its own signal. */
const LONG_IDLE_MS = 30_000;

export interface GatewayCall {
  query?: Parameter[];
  /**
   * The body, or a function that makes it in the turn in which the request is written. When that returns null, no call
   * is made.
   */
  json?: object | (() => object | null);
  image?: Pick<OutgoingFile, 'sizeBytes' | 'open'>;
  signal?: AbortSignal;
}

export async function callGateway(
  settings: GatewaySettings,
  method: 'GET' | 'POST',
  path: string,
  { json, image, query = [], signal }: GatewayCall = {},
): Promise<Called> {
  const address = `${settings.baseUrl}${path}`;
  if (!isHttpsOrLoopback(address)) return { kind: 'unreachable' };
  const url = new URL(address);
  for (const [name, value] of query) url.searchParams.append(name, value);
  let text: string | undefined;
  let isWithdrawn = false;
  let answer: Answer;
  try {
    answer = await sendRequest(url, {
      method,
      headers: {
        authorization: authorizationFor(settings.credentials, method, address, query),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...(image === undefined ? {} : { 'content-type': 'image/jpeg' }),
      },
      mayCall() {
        const made = typeof json === 'function' ? json() : json;
        isWithdrawn = made === null;
        text = made ? JSON.stringify(made) : undefined;
        return !isWithdrawn;
      },
      body: image ?? (json && (() => text ?? '')),
      signal,
      idleMs: image || typeof json === 'function' ? LONG_IDLE_MS : IDLE_MS,
    });
  } catch (error) {
    if (isWithdrawn) return { kind: 'notCalled' };
    if (!isUnconnected(error)) return { kind: 'lost' };
    return { kind: signal?.aborted ? 'notCalled' : 'unreachable' };
  }
  const { status } = answer;
  const read = readJson(answer.text);
  if (status >= 200 && status < 300)
    return read === undefined ? { kind: 'lost' } : { kind: 'answered', body: read };
  // A proxy may answer 5xx after the gateway behind it has acted. A redirect is not followed, and says nothing.
  if (status >= 500 || status < 400) return { kind: 'lost' };
  const { code } = (read ?? {}) as { code?: unknown };
  return {
    kind: 'refused',
    httpStatus: status,
    code: typeof code === 'string' ? code : null,
    retryAfterMs: retryAfterMs(answer.headers['retry-after'] ?? null),
  };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
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
