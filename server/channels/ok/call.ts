/**
 * Calls OK's Bot API (reference, section 5): JSON over HTTPS, the token in the query. OK answers a refusal with HTTP
 * 200 and `error_code`. Every call waits for a place in the token's budget. Retries are left to the caller, who knows
 * which calls may be repeated.
 */
import { requireSafeAddress } from '../address.ts';
import type { CallBudgets, TokenBudget } from '../budget/callBudgets.ts';
import { CallError, type CallFailure, type CallOptions } from '../calls.ts';
import { jsonOf, sendRequest } from '../request.ts';

/** Until OK begins to answer, and at each pause in the answer. */
const IDLE_MS = 15_000;
/** The pages that we could read name no limit of OK, so this is VK's for a community (reference, section 2.2). */
export const CALLS_PER_SECOND = 19;
/** Flood, and the limit of a method (apiok.ru, page of errors). */
const tooOften = new Map([
  [8, 30_000],
  [11, 60_000],
]);

export interface OkApi {
  /** For reading, unless the options say otherwise. */
  get(path: string, query?: Record<string, string | number>, options?: CallOptions): Promise<unknown>;
  post(path: string, body: object, options?: CallOptions): Promise<unknown>;
}

/** Safe to log: it leaves out the call's parameters, which hold the token and message texts. */
export class OkCallError extends Error {
  override readonly name = 'OkCallError';
  readonly failure: CallFailure;

  constructor(method: string, failure: CallFailure, cause?: unknown) {
    super(
      failure.kind === 'code'
        ? `OK answered ${method} with code ${failure.code}`
        : `OK did not answer ${method}`,
      { cause },
    );
    this.failure = failure;
  }
}

export type OpenOkApi = (token: string) => OkApi;

export interface OkApiDeps {
  apiBaseUrl: string;
  budgets: CallBudgets;
  /** Identifies a token without revealing it. */
  keyOf(token: string): string;
  /** For tests. */
  idleMs?: number;
}

export function okApiAt({ apiBaseUrl, budgets, keyOf, idleMs = IDLE_MS }: OkApiDeps): OpenOkApi {
  requireSafeAddress(apiBaseUrl, 'The address of OK');
  const base = apiBaseUrl.replace(/\/+$/, '');

  return (token) => {
    const budget: TokenBudget = { key: keyOf(token), perSecond: CALLS_PER_SECOND };

    async function call(
      method: 'GET' | 'POST',
      path: string,
      { query = {}, body }: { query?: Record<string, string | number>; body?: object },
      options: CallOptions,
    ): Promise<unknown> {
      const url = new URL(`${base}/${path}`);
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
      url.searchParams.set('access_token', token);
      const named = `${method} ${methodOf(path)}`;
      let answered: unknown;
      try {
        await budgets.wait(budget, options);
        // `seq` loses its last digits in JSON, but nothing reads it: `mid` identifies a message.
        answered = jsonOf(
          await sendRequest(url, {
            method,
            ...(body && {
              headers: { 'content-type': 'application/json;charset=utf-8' },
              body: JSON.stringify(body),
            }),
            signal: options.signal,
            mayCall: options.mayCall,
            idleMs,
          }),
        );
      } catch (error) {
        throw new OkCallError(named, failureOf(error), error);
      }
      const failure = refusalIn(answered);
      if (!failure) return answered;
      const slowMs = tooOften.get(failure.code);
      if (slowMs !== undefined) await budgets.slowDown(budget, slowMs);
      throw new OkCallError(named, failure);
    }

    return {
      get: (path, query = {}, options = { purpose: 'reading' }) => call('GET', path, { query }, options),
      post: (path, body, options = { purpose: 'reading' }) => call('POST', path, { body }, options),
    };
  };
}

export function refusalIn(answered: unknown): { kind: 'code'; code: number } | null {
  const code = (answered as { error_code?: unknown } | null)?.error_code;
  return code === undefined ? null : { kind: 'code', code: Number(code) };
}

export function failureOf(error: unknown): CallFailure {
  if (error instanceof OkCallError || error instanceof CallError) return error.failure;
  return { kind: 'lost' };
}

/** Drops the third part of a path such as `me/messages/chat:C1`: it identifies a person's chat. */
function methodOf(path: string): string {
  return path.split('/').slice(0, 2).join('/');
}
