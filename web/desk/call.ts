/**
 * Calls the server by the name of an endpoint, with types and checks from the contract in `shared/api.ts`.
 * Throws an ApiError with the server's code on a refusal, and also on an answer that does not match the contract.
 */
import type { z } from 'zod';
import type { CallAnswer, CallInput, Endpoint, EndpointName, Endpoints } from '../../shared/api.ts';
import { clientEndpoints } from '../../shared/clientsApi.ts';
import { conversationEndpoints } from '../../shared/conversationsApi.ts';
import { peopleEndpoints } from '../../shared/peopleApi.ts';
import { errorAnswer } from '../../shared/schemas/common.ts';
import { workingTimeEndpoints } from '../../shared/workingTimeApi.ts';
import { ApiError, type CallFailureCode } from '../ui/apiError.ts';

type Needed<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] };
type Optional<T> = { [K in keyof T as undefined extends T[K] ? K : never]?: T[K] };
export type Input<N extends EndpointName> = Needed<CallInput<N>> & Optional<CallInput<N>>;

export interface CallOptions {
  signal?: AbortSignal;
  /** The request outlives the page, which is about to close. */
  keepalive?: boolean;
}

/** Calls the endpoints of these tables. Each screen has its own (`calls.ts`), so that none loads all contracts. */
export function callsOf<Table extends Partial<Endpoints>>(table: Table) {
  return async function callIt<N extends keyof Table & EndpointName>(
    name: N,
    input: Input<N>,
    options: CallOptions = {},
  ): Promise<CallAnswer<N>> {
    const endpoint: Endpoint | undefined = table[name];
    if (!endpoint) throw new Error(`no contract for ${name}`);
    const { params, query, body } = input as { params?: unknown; query?: unknown; body?: unknown };
    const response = await reach(urlOf(endpoint.path, params, query), {
      method: endpoint.method,
      credentials: 'same-origin',
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(options.signal ? { signal: options.signal } : {}),
      ...(options.keepalive ? { keepalive: true } : {}),
    });
    const json = await readJson(response);
    if (!response.ok) throw refusal(response, json);
    return checkAnswer(endpoint, json) as CallAnswer<N>;
  };
}

/** Calls of the inbox and of every screen. */
export const call = callsOf({
  ...conversationEndpoints,
  ...clientEndpoints,
  ...peopleEndpoints,
  ...workingTimeEndpoints,
});

/** Checks the body of a success against the contract of its endpoint. */
export function checkAnswer<E extends Endpoint>(endpoint: E, json: unknown): z.output<E['answer']> {
  const checked = endpoint.answer.safeParse(json);
  if (!checked.success) {
    const { method, path } = endpoint;
    throw new ApiError(
      'unreadableAnswer',
      `the answer of ${method} ${path} does not fit: ${checked.error.message}`,
    );
  }
  return checked.data as z.output<E['answer']>;
}

export function urlOf(path: string, params: unknown, query: unknown): string {
  const values = (params ?? {}) as Record<string, string>;
  const filled = path.replace(/:(\w+)/g, (_, key: string) => encodeURIComponent(values[key] ?? ''));
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries((query ?? {}) as Record<string, unknown>)) {
    if (value !== undefined && value !== null) search.set(key, String(value));
  }
  const text = search.toString();
  return text ? `${filled}?${text}` : filled;
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiError('unreachable', 'the server does not answer', { cause });
  }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return null;
  }
}

/** The server's error; a guess by HTTP status when a proxy before the server answered. */
export function refusal(response: { status: number }, json: unknown): ApiError {
  const named = errorAnswer.safeParse(json);
  if (named.success) {
    const { code, message, field, retryAfterS, problems } = named.data.error;
    return new ApiError(code, message, {
      ...(field === undefined ? {} : { field }),
      ...(retryAfterS === undefined ? {} : { retryAfterS }),
      ...(problems === undefined ? {} : { problems }),
    });
  }
  return new ApiError(codeOfStatus(response.status), `the desk answered ${response.status}`);
}

function codeOfStatus(status: number): CallFailureCode {
  if (status === 401) return 'notSignedIn';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'notFound';
  if (status === 413) return 'bodyTooLarge';
  if (status === 429) return 'tooManyRequests';
  if (status === 502 || status === 503 || status === 504) return 'unreachable';
  return 'internal';
}
