/**
 * Posts each status to the URL that its message named. Retries with growing waits until the answer is 200.
 * The faults that repeat, reverse, delay or lose statuses live here. Waiting posts live in memory only.
 */
import type { Logger } from 'pino';
import type { SandboxSettings } from '../../../shared/sandbox.ts';
import type { FaultState } from '../faultState.ts';
import { iso, type Notice, type StatusTransition } from './ledger.ts';
import { type StatusCallback, statusCodes, statusSecretHeader } from './protocol.ts';

const firstRetryMs = 1_000;
const longestRetryMs = 10 * 60 * 1000;
const mostAttempts = 15;
const mostAtOnce = 64;

interface Post {
  url: string;
  secret: string;
  body: StatusCallback;
  attempt: number;
}

export class StatusPosts {
  readonly #faults: FaultState;
  readonly #settings: SandboxSettings;
  readonly #logger: Logger;
  readonly #secretOf: (service: string) => string;
  readonly #onFinished: () => void;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #abort = new AbortController();
  /** Message -> the end of its queue: first attempts go in order, and retries do not block them. */
  readonly #queues = new Map<string, Promise<void>>();
  readonly #held = new Map<string, Post[]>();
  readonly #queue: (() => void)[] = [];
  #running = 0;
  readonly counts = { posted: 0, refused: 0, waiting: 0 };

  constructor(deps: {
    faults: FaultState;
    settings: SandboxSettings;
    logger: Logger;
    secretOf: (service: string) => string;
    /** Called after each attempt, so that a waiting caller may check again. */
    onFinished: () => void;
  }) {
    this.#faults = deps.faults;
    this.#settings = deps.settings;
    this.#logger = deps.logger;
    this.#secretOf = deps.secretOf;
    this.#onFinished = deps.onFinished;
  }

  enqueue(notice: Notice, transition: StatusTransition): void {
    const url = notice.request.status_url;
    if (url === undefined || this.#faults.consumeLostStatus()) return;
    const { statusRepeats, statusReverse, statusDelayMs, statusClockMs, statusExtraWord } =
      this.#faults.current;
    const secret = this.#secretOf(notice.request.service);
    const body: StatusCallback = {
      messageId: notice.messageId,
      status: transition.status,
      ...(transition.statusCode
        ? { statusCode: transition.statusCode, error: statusCodes[transition.statusCode] }
        : {}),
      time: iso(transition.atMs + statusClockMs),
      phone: notice.request.phone,
      route: transition.route,
      callbackData: notice.request.callbackData,
    };
    const bodies = Array.from({ length: statusRepeats }, () => body);
    if (transition.status === 'sent' && statusExtraWord !== null)
      bodies.push({ ...body, status: statusExtraWord });
    const posts = bodies.map((one) => ({ url, secret, body: one, attempt: 1 }));
    this.counts.waiting += posts.length;
    if (statusReverse) this.#hold(posts);
    else if (statusDelayMs > 0) this.#later(statusDelayMs, () => this.#enqueue(posts));
    else this.#enqueue(posts);
  }

  close(): void {
    this.#abort.abort();
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #hold(posts: Post[]): void {
    const { messageId } = posts[0]!.body;
    const held = this.#held.get(messageId);
    if (held) {
      held.push(...posts);
      return;
    }
    this.#held.set(messageId, posts);
    this.#later(this.#settings.shuffleHoldMs, () => {
      this.#held.delete(messageId);
      this.#enqueue(posts.reverse());
    });
  }

  #enqueue(posts: Post[]): void {
    for (const post of posts) {
      const { messageId } = post.body;
      const queue = (this.#queues.get(messageId) ?? Promise.resolve())
        .then(() => this.#turn())
        .then(() => this.#attempt(post))
        .finally(() => this.#release())
        .finally(() => {
          if (this.#queues.get(messageId) === queue) this.#queues.delete(messageId);
        });
      this.#queues.set(messageId, queue);
    }
  }

  /** Resolves when one of the limited connections is free. */
  async #turn(): Promise<void> {
    if (this.#running >= mostAtOnce) await new Promise<void>((resolve) => this.#queue.push(resolve));
    this.#running += 1;
  }

  #release(): void {
    this.#running -= 1;
    this.#queue.shift()?.();
  }

  async #attempt(post: Post): Promise<void> {
    if (this.#abort.signal.aborted) return;
    const isTaken = (await this.#post(post)) === 200;
    if (isTaken || post.attempt >= mostAttempts) {
      this.counts.waiting -= 1;
      if (isTaken) this.counts.posted += 1;
      else this.#logger.warn({ messageId: post.body.messageId }, 'the gateway gave up on a status');
    } else {
      const waitMs = Math.min(firstRetryMs * 2 ** (post.attempt - 1), longestRetryMs);
      this.#later(waitMs * this.#settings.callbackRetryScale, () => {
        void this.#turn()
          .then(() => this.#attempt({ ...post, attempt: post.attempt + 1 }))
          .finally(() => this.#release());
      });
    }
    if (!isTaken) this.counts.refused += 1;
    this.#onFinished();
  }

  /** Status 0 means that no answer came. */
  async #post({ url, secret, body }: Post): Promise<number> {
    if (this.#faults.current.networkOff) return 0;
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(secret ? { [statusSecretHeader]: secret } : {}) },
        body: JSON.stringify(body),
        redirect: 'manual',
        signal: AbortSignal.any([this.#abort.signal, AbortSignal.timeout(this.#settings.callbackTimeoutMs)]),
      });
      await response.arrayBuffer();
      return response.status;
    } catch (error) {
      this.#logger.debug({ error }, 'a status got no answer');
      return 0;
    }
  }

  #later(waitMs: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, waitMs);
    timer.unref();
    this.#timers.add(timer);
  }
}
