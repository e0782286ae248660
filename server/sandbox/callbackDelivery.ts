/**
 * Callback API: posts each event to the community's servers and retries after a failure, with X-Retry-Counter.
 * VK does not publish its schedule; our wait doubles from five seconds. On 410, 429 and 503 the sandbox honours
 * Retry-After up to three hours, as VK's callback SDK does. Waiting retries live in memory only.
 */
import type { Logger } from 'pino';
import type { SandboxSettings } from '../../shared/sandbox.ts';
import { atVersion, isSwitchedOn, type Transport } from './eventStream.ts';
import type { FaultState } from './faultState.ts';
import type { VkEvent } from './vkTypes.ts';
import { type CallbackServer, type Community, newConfirmationCode, type World } from './world.ts';

const firstRetryMs = 5_000;
const longestRetryMs = 3 * 60 * 60 * 1000;
const mostAttempts = 12;
const steeringStatuses = [410, 429, 503];

interface Attempt {
  community: Community;
  serverId: number;
  event: VkEvent;
  retry: number;
}

export class CallbackDelivery implements Transport {
  readonly #faults: FaultState;
  readonly #settings: SandboxSettings;
  readonly #logger: Logger;
  readonly #world: World;
  /** One queue per server: first attempts go one after another, and retries do not block them. */
  readonly #queues = new Map<string, Promise<void>>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #abort = new AbortController();
  readonly counts = new Map<number, { delivered: number; failed: number; waiting: number }>();

  constructor(world: World, faults: FaultState, settings: SandboxSettings, logger: Logger) {
    this.#world = world;
    this.#faults = faults;
    this.#settings = settings;
    this.#logger = logger;
  }

  accept(community: Community, event: VkEvent): void {
    for (const server of community.callbackServers) {
      if (server.status !== 'ok' || !isSwitchedOn(server.events, event.type)) continue;
      this.#countsOf(community).waiting += 1;
      this.#enqueue({ community, serverId: server.serverId, event, retry: 0 });
    }
  }

  /** The handshake: the server must answer with the community's code, which then changes. */
  async confirm(community: Community, server: CallbackServer): Promise<boolean> {
    server.status = 'wait';
    const body = {
      type: 'confirmation',
      group_id: community.groupId,
      ...(server.secret ? { secret: server.secret } : {}),
    };
    const answer = await this.#post(server.url, body, 0);
    const isConfirmed = answer.status === 200 && answer.text.trim() === community.confirmationCode;
    server.status = isConfirmed ? 'ok' : 'failed';
    if (isConfirmed) community.confirmationCode = newConfirmationCode();
    this.#world.emit('change', { type: 'world' });
    return isConfirmed;
  }

  close(): void {
    this.#abort.abort();
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #enqueue(attempt: Attempt): void {
    const key = `${attempt.community.groupId}:${attempt.serverId}`;
    const before = this.#queues.get(key) ?? Promise.resolve();
    this.#queues.set(
      key,
      before.then(() => this.#deliver(attempt)),
    );
  }

  async #deliver(attempt: Attempt): Promise<void> {
    if (this.#abort.signal.aborted) return;
    const server = attempt.community.callbackServers.find((known) => known.serverId === attempt.serverId);
    const counts = this.#countsOf(attempt.community);
    if (!server) {
      counts.waiting -= 1;
      return;
    }
    const event = atVersion(attempt.event, server.apiVersion);
    const body = server.secret ? { ...event, secret: server.secret } : event;
    const answer = await this.#post(server.url, body, attempt.retry);
    if (answer.status === 200 && answer.text.trim().toLowerCase() === 'ok') {
      counts.delivered += 1;
      counts.waiting -= 1;
      return;
    }
    if (attempt.retry + 1 >= mostAttempts) {
      counts.failed += 1;
      counts.waiting -= 1;
      this.#logger.warn(
        { groupId: attempt.community.groupId, eventId: event.event_id },
        'webhook gave up on an event',
      );
      return;
    }
    const waitMs = Math.min(answer.retryAfterMs ?? firstRetryMs * 2 ** attempt.retry, longestRetryMs);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void this.#deliver({ ...attempt, retry: attempt.retry + 1 });
    }, waitMs * this.#settings.callbackRetryScale);
    this.#timers.add(timer);
  }

  /** Status 0: no answer at all. */
  async #post(
    url: string,
    body: object,
    retry: number,
  ): Promise<{ status: number; text: string; retryAfterMs?: number }> {
    if (this.#faults.current.networkOff) return { status: 0, text: '' };
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(retry > 0 ? { 'x-retry-counter': String(retry) } : {}),
        },
        body: JSON.stringify(body),
        redirect: 'manual',
        signal: AbortSignal.any([this.#abort.signal, AbortSignal.timeout(this.#settings.callbackTimeoutMs)]),
      });
      const text = await response.text();
      const retryAfter = Number(response.headers.get('retry-after'));
      const isSteered =
        steeringStatuses.includes(response.status) && retryAfter > 0 && retryAfter * 1000 < longestRetryMs;
      return { status: response.status, text, ...(isSteered ? { retryAfterMs: retryAfter * 1000 } : {}) };
    } catch (error) {
      this.#logger.debug({ error }, 'webhook attempt got no answer');
      return { status: 0, text: '' };
    }
  }

  #countsOf(community: Community): { delivered: number; failed: number; waiting: number } {
    let counts = this.counts.get(community.groupId);
    if (!counts) {
      counts = { delivered: 0, failed: 0, waiting: 0 };
      this.counts.set(community.groupId, counts);
    }
    return counts;
  }
}
