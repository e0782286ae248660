/**
 * Calls OK's Bot API (reference, section 5): JSON over HTTPS, the token in the query. OK answers a refusal with HTTP
 * 200 and `error_code`. Retries are left to the caller, who knows which calls may be repeated.
 */

import { requireSafeAddress } from '../address.ts';
import { type CallFailure, isUnconnected } from '../calls.ts';

const CALL_TIMEOUT_MS = 15_000;

export interface OkApi {
  get(path: string, query?: Record<string, string | number>): Promise<unknown>;
  post(path: string, body: object): Promise<unknown>;
}

/** Safe to log: it leaves out the call's parameters, which hold the token and message texts. */
export class OkCallError extends Error {
  override readonly name = 'OkCallError';
  readonly failure: CallFailure;

  constructor(method: string, failure: CallFailure) {
    super(
      failure.kind === 'code'
        ? `OK answered ${method} with code ${failure.code}`
        : `OK did not answer ${method}`,
    );
    this.failure = failure;
  }
}

export type OpenOkApi = (token: string) => OkApi;

export function okApiAt(address: string): OpenOkApi {
  requireSafeAddress(address, 'The address of OK');
  const base = address.replace(/\/+$/, '');

  return (token) => {
    async function call(
      method: string,
      path: string,
      query: Record<string, string | number>,
      init: RequestInit,
    ): Promise<unknown> {
      const url = new URL(`${base}/${path}`);
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
      url.searchParams.set('access_token', token);
      const body = await readJson(method, url, init);
      const code = (body as { error_code?: unknown } | null)?.error_code;
      if (code !== undefined) throw new OkCallError(method, { kind: 'code', code: Number(code) });
      return body;
    }
    return {
      get: (path, query = {}) => call(`GET ${methodOf(path)}`, path, query, {}),
      post: (path, body) =>
        call(
          `POST ${methodOf(path)}`,
          path,
          {},
          {
            method: 'POST',
            headers: { 'content-type': 'application/json;charset=utf-8' },
            body: JSON.stringify(body),
          },
        ),
    };
  };
}

export function failureOf(error: unknown): CallFailure {
  return error instanceof OkCallError ? error.failure : { kind: 'lost' };
}

async function readJson(method: string, url: URL, init: RequestInit): Promise<unknown> {
  try {
    const answer = await fetch(url, {
      ...init,
      redirect: 'manual',
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
    });
    // `seq` loses its last digits in JSON, but nothing reads it: `mid` identifies a message.
    return await answer.json();
  } catch (error) {
    throw new OkCallError(method, isUnconnected(error) ? { kind: 'notSent' } : { kind: 'lost' });
  }
}

/** Drops the third part of a path such as `me/messages/chat:C1`: it identifies a person's chat. */
function methodOf(path: string): string {
  return path.split('/').slice(0, 2).join('/');
}
