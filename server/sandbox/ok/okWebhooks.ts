/**
 * Posts each event to the group's webhooks, and retries when the answer is not 200 within 5 s (apiok.ru, page of
 * subscribing; the growing waits are our choice). The faults are the same as VK's: lost, repeated, reordered,
 * suppressed.
 */
import type { Logger } from 'pino';
import type { SandboxSettings } from '../../../shared/sandbox.ts';
import type { FaultState } from '../faultState.ts';
import { Shuffle } from '../shuffle.ts';
import { exactJson } from './exactJson.ts';
import type { OkGroup, OkWebhook } from './okWorld.ts';
import type { OkEvent } from './protocol.ts';

const answerTimeoutMs = 5_000;
const firstRetryMs = 5_000;
const longestRetryMs = 60 * 60 * 1000;
const mostAttempts = 12;

export interface OkCounts {
  published: number;
  delivered: number;
  failed: number;
  waiting: number;
}

interface Attempt {
  group: OkGroup;
  webhook: OkWebhook;
  body: string;
  attempt: number;
}

export class OkWebhooks {
  readonly #faults: FaultState;
  readonly #settings: SandboxSettings;
  readonly #logger: Logger;
  readonly #onFinished: () => void;
  readonly #shuffle: Shuffle<{ group: OkGroup; event: OkEvent }>;
  /** One queue per URL: first attempts keep their order, and retries do not block them. */
  readonly #queues = new Map<string, Promise<void>>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #abort = new AbortController();
  readonly #counts = new Map<string, OkCounts>();

  constructor(deps: {
    faults: FaultState;
    settings: SandboxSettings;
    logger: Logger;
    /** Called after each finished event, so that a waiting caller may check again. */
    onFinished: () => void;
  }) {
    const { faults, settings } = deps;
    this.#faults = faults;
    this.#settings = settings;
    this.#logger = deps.logger;
    this.#onFinished = deps.onFinished;
    this.#shuffle = new Shuffle({ faults, settings, hand: (held) => this.#hand(held) });
  }

  publish(group: OkGroup, event: OkEvent): void {
    this.counts(group.okGroupId).published += 1;
    const { suppressEvents, repeatEvents } = this.#faults.current;
    if (suppressEvents.includes(event.webhookType) || this.#faults.consumeLostEvent()) return;
    for (let time = 0; time < repeatEvents; time += 1) this.#shuffle.push({ group, event });
  }

  counts(okGroupId: string): OkCounts {
    let counts = this.#counts.get(okGroupId);
    if (!counts) {
      counts = { published: 0, delivered: 0, failed: 0, waiting: 0 };
      this.#counts.set(okGroupId, counts);
    }
    return counts;
  }

  close(): void {
    this.#abort.abort();
    this.#shuffle.close();
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #hand({ group, event }: { group: OkGroup; event: OkEvent }): void {
    const body = exactJson(event);
    for (const webhook of group.webhooks) {
      if (!webhook.types.includes(event.webhookType)) continue;
      this.counts(group.okGroupId).waiting += 1;
      const before = this.#queues.get(webhook.url) ?? Promise.resolve();
      const attempt = { group, webhook, body, attempt: 1 };
      this.#queues.set(
        webhook.url,
        before.then(() => this.#deliver(attempt)),
      );
    }
  }

  async #deliver(attempt: Attempt): Promise<void> {
    if (this.#abort.signal.aborted) return;
    const counts = this.counts(attempt.group.okGroupId);
    const isSubscribed = attempt.group.webhooks.includes(attempt.webhook);
    if (isSubscribed && !(await this.#post(attempt))) {
      if (attempt.attempt < mostAttempts) {
        this.#retry(attempt);
        return;
      }
      counts.failed += 1;
      this.#logger.warn({ okGroupId: attempt.group.okGroupId }, 'a webhook of OK gave up on an event');
    } else if (isSubscribed) counts.delivered += 1;
    counts.waiting -= 1;
    this.#onFinished();
  }

  #retry(attempt: Attempt): void {
    const waitMs = Math.min(firstRetryMs * 2 ** (attempt.attempt - 1), longestRetryMs);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void this.#deliver({ ...attempt, attempt: attempt.attempt + 1 });
    }, waitMs * this.#settings.callbackRetryScale);
    this.#timers.add(timer);
  }

  async #post({ webhook, body }: Attempt): Promise<boolean> {
    if (this.#faults.current.networkOff) return false;
    try {
      const response = await fetch(webhook.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json;charset=utf-8' },
        body,
        redirect: 'manual',
        signal: AbortSignal.any([
          this.#abort.signal,
          AbortSignal.timeout(Math.min(answerTimeoutMs, this.#settings.callbackTimeoutMs)),
        ]),
      });
      await response.arrayBuffer();
      return response.status === 200;
    } catch (error) {
      this.#logger.debug({ error }, 'a webhook of OK got no answer');
      return false;
    }
  }
}
