/**
 * vk-io's API without vk-io's queue (ADR 19): its typed methods, its parameters and its errors. Each request waits for
 * a place in the token's budget and ends with its signal.
 */
import { API, APIError, APIErrorCode, type APIRequest } from 'vk-io';
import type { CallBudgets, TokenBudget } from '../budget/callBudgets.ts';
import { CallError, type CallOptions } from '../calls.ts';
import { jsonOf, sendRequest } from '../request.ts';
import type { CaptchaOfCommunity } from './captchaWatch.ts';

export const API_VERSION = '5.199';
/** VK allows 20 (reference, section 2.2). One less: calls that leave evenly arrive unevenly. */
export const CALLS_PER_SECOND = 19;
/** Until VK begins to answer, and at each pause in the answer. */
const IDLE_MS = 10_000;
/** How often a call is made in all while VK answers that there are too many calls. */
const TRIES = 3;
const SLOW_AFTER_TOO_MANY_MS = 10_000;
/** Error 29 counts calls of one method over a longer time. */
const SLOW_AFTER_LIMIT_MS = 60_000;

export interface VkApiOptions extends CallOptions {
  token: string;
  /** Without a slash at the end. */
  apiBaseUrl: string;
  budgets: CallBudgets;
  budget: TokenBudget;
  captcha?: CaptchaOfCommunity | undefined;
  /** For tests. */
  idleMs?: number;
}

interface VkAnswer {
  response?: unknown;
  error?: ConstructorParameters<typeof APIError>[0];
}

/** Rejects with `APIError` when VK answers with an error, otherwise with `CallError`. */
export class VkApi extends API {
  readonly #options: VkApiOptions;

  constructor(options: VkApiOptions) {
    super({ token: options.token, apiBaseUrl: options.apiBaseUrl, apiVersion: API_VERSION });
    this.#options = options;
  }

  /** Every method of vk-io ends here; vk-io's own would put the request into its queue. */
  override async callWithRequest<T>(request: APIRequest): Promise<T> {
    const { budgets, budget, captcha } = this.#options;
    for (let attempt = 1; ; attempt += 1) {
      await budgets.wait(budget, this.#options);
      const { response, error } = await this.#send(request);
      if (error === undefined) {
        captcha?.passed(request.method);
        return response as T;
      }
      const code = Number(error.error_code);
      if (code === APIErrorCode.CAPTCHA) captcha?.asked(request.method, captchaUrl(error));
      if (code === APIErrorCode.TOO_MANY) await budgets.slowDown(budget, SLOW_AFTER_TOO_MANY_MS);
      if (code === APIErrorCode.RATE_LIMIT) await budgets.slowDown(budget, SLOW_AFTER_LIMIT_MS);
      // The parameters hold texts of messages: no error keeps them.
      if (code !== APIErrorCode.TOO_MANY || attempt >= TRIES)
        throw new APIError({ ...error, request_params: [] });
    }
  }

  async #send({ method, params }: APIRequest): Promise<VkAnswer> {
    const { apiBaseUrl, token, signal, mayCall, idleMs = IDLE_MS } = this.#options;
    const fields = Object.entries({ access_token: token, v: API_VERSION, ...params });
    const answer = await sendRequest(new URL(`${apiBaseUrl}/${method}`), {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' },
      body: new URLSearchParams(fields.filter(([, value]) => value !== undefined) as never).toString(),
      signal,
      mayCall,
      idleMs,
    });
    const body = jsonOf(answer);
    if (body === null || typeof body !== 'object') throw new CallError('lost');
    return body;
  }
}

/** The page of the check where VK names one, otherwise the picture (VK's page of error 14). */
function captchaUrl({ redirect_uri, captcha_img }: NonNullable<VkAnswer['error']>): string | null {
  const url = [redirect_uri, captcha_img].find((each) => typeof each === 'string' && URL.canParse(each));
  return url && new URL(url).protocol === 'https:' ? url : null;
}
