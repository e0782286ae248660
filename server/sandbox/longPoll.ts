/**
 * Bots Long Poll: a bounded queue of events per community, numbered by `ts`, and the requests that wait on it.
 * Protocol and failed 1, 2 and 3 follow VK's page of Bots Long Poll (dev.vk.com, read 2026-11).
 */
import { randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import type { SandboxSettings } from '../../shared/sandbox.ts';
import { atVersion, isSwitchedOn, type Transport } from './eventStream.ts';
import type { FaultState } from './faultState.ts';
import type { VkEvent } from './vkTypes.ts';
import type { Community, World } from './world.ts';

const longestWaitSeconds = 90;
const usualWaitSeconds = 25;

interface Waiter {
  answer(): void;
  isDone: boolean;
}

interface Queue {
  events: VkEvent[];
  /** The `ts` of the newest event; `events[0]` has `lastTs - events.length + 1`. */
  lastTs: number;
  keys: Set<string>;
  waiters: Set<Waiter>;
  isWakeScheduled: boolean;
}

export class LongPoll implements Transport {
  readonly #world: World;
  readonly #faults: FaultState;
  readonly #settings: SandboxSettings;
  readonly #queues = new Map<number, Queue>();

  constructor(world: World, faults: FaultState, settings: SandboxSettings) {
    this.#world = world;
    this.#faults = faults;
    this.#settings = settings;
    // A new fault also applies to polls that are already waiting.
    faults.onChange(() => this.#wakeAll());
  }

  accept(community: Community, event: VkEvent): void {
    const { isEnabled, events, apiVersion } = community.longPoll;
    if (!isEnabled || !isSwitchedOn(events, event.type)) return;
    const queue = this.queue(community.groupId);
    queue.events.push(atVersion(event, apiVersion));
    queue.lastTs += 1;
    // Trimmed in steps: shifting an array at each event is too slow in a burst.
    const surplus = queue.events.length - this.#settings.eventRetention;
    if (surplus > Math.max(100, this.#settings.eventRetention / 10)) queue.events.splice(0, surplus);
    this.#wake(queue);
  }

  server(community: Community, baseUrl: string): { key: string; server: string; ts: string } {
    const queue = this.queue(community.groupId);
    const key = randomBytes(20).toString('hex');
    queue.keys.add(key);
    return { key, server: `${baseUrl}/lp/${community.groupId}`, ts: String(queue.lastTs) };
  }

  queue(groupId: number): Queue {
    let queue = this.#queues.get(groupId);
    if (!queue) {
      queue = { events: [], lastTs: 1, keys: new Set(), waiters: new Set(), isWakeScheduled: false };
      this.#queues.set(groupId, queue);
    }
    return queue;
  }

  expireKeys(groupId: number): void {
    this.queue(groupId).keys.clear();
    this.#wake(this.queue(groupId));
  }

  dropQueue(groupId: number): void {
    const queue = this.queue(groupId);
    // The number still grows, so that a poll that had read everything also learns of the loss.
    queue.lastTs += 1;
    queue.events = [];
    this.#wake(queue);
  }

  check(req: Request, res: Response): void {
    const groupId = Number(req.params.groupId);
    if (!this.#world.communities.has(groupId)) {
      res.status(404).end();
      return;
    }
    const queue = this.queue(groupId);
    const ts = Number(req.query.ts);
    const key = String(req.query.key ?? '');
    const requestedSeconds = req.query.wait === undefined ? usualWaitSeconds : Number(req.query.wait);
    const waitMs =
      Math.min(
        Math.max(Number.isFinite(requestedSeconds) ? requestedSeconds : usualWaitSeconds, 0),
        longestWaitSeconds,
      ) * 1000;
    if (this.#faults.consumeCut('longPoll', 'before')) {
      req.socket.destroy();
      return;
    }
    const immediate = this.#reply(groupId, key, ts);
    if (immediate || waitMs === 0) {
      this.#send(res, immediate ?? { ts: String(ts), updates: [] });
      return;
    }
    const finish = (body: object) => {
      waiter.isDone = true;
      clearTimeout(timer);
      queue.waiters.delete(waiter);
      this.#send(res, body);
    };
    const waiter: Waiter = {
      isDone: false,
      answer: () => {
        const body = this.#reply(groupId, key, ts);
        if (body) finish(body);
      },
    };
    const timer = setTimeout(() => finish({ ts: String(ts), updates: [] }), waitMs);
    queue.waiters.add(waiter);
    res.on('close', () => {
      clearTimeout(timer);
      queue.waiters.delete(waiter);
    });
  }

  /** Undefined means there is nothing to answer yet, so the request waits. */
  #reply(groupId: number, key: string, ts: number): object | undefined {
    const queue = this.queue(groupId);
    const failure = this.#faults.consumeLongPollFailure();
    if (failure === 1) return { failed: 1, ts: String(queue.lastTs) };
    if (failure === 2) {
      queue.keys.delete(key);
      return { failed: 2 };
    }
    if (failure === 3) {
      queue.keys.clear();
      return { failed: 3 };
    }
    if (!queue.keys.has(key)) return { failed: 2 };
    const oldestTs = queue.lastTs - queue.events.length;
    if (!Number.isInteger(ts) || ts < oldestTs || ts > queue.lastTs)
      return { failed: 1, ts: String(queue.lastTs) };
    if (ts === queue.lastTs) return undefined;
    const from = ts - oldestTs;
    const updates = queue.events.slice(from, from + this.#settings.maxUpdatesPerPoll);
    return { ts: String(ts + updates.length), updates };
  }

  #send(res: Response, body: object): void {
    if (this.#faults.consumeCut('longPoll', 'after')) {
      res.socket?.destroy();
      return;
    }
    if (!res.writableEnded && !res.destroyed) res.json(body);
  }

  #wakeAll(): void {
    for (const queue of this.#queues.values()) this.#wake(queue);
  }

  /** Answers later in the same turn of the event loop, so that events made together leave together. */
  #wake(queue: Queue): void {
    if (queue.isWakeScheduled) return;
    queue.isWakeScheduled = true;
    setImmediate(() => {
      queue.isWakeScheduled = false;
      for (const waiter of [...queue.waiters]) if (!waiter.isDone) waiter.answer();
    });
  }
}
