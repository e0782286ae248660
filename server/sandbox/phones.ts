/** Short-lived state of a client's phone, which VK does not store: who is typing, and answers to callback buttons. */
import { randomUUID } from 'node:crypto';
import type { World } from './world.ts';

/** VK shows "typing" for ten seconds, or until a message comes (page of messages.setActivity). */
const activityMs = 10_000;
/** A button waits about a minute for messages.sendMessageEventAnswer. */
const buttonMs = 60_000;

interface Press {
  groupId: number;
  userId: number;
  untilMs: number;
}

export class Phones {
  readonly #world: World;
  readonly #activities = new Map<string, { type: string; untilMs: number }>();
  readonly #answers = new Map<string, { eventId: string; data: unknown }>();
  readonly #presses = new Map<string, Press>();

  constructor(world: World) {
    this.#world = world;
    world.on('outgoing', ({ groupId, userId }) => this.#activities.delete(`${groupId}:${userId}`));
  }

  showActivity(groupId: number, userId: number, type: string): void {
    this.#activities.set(`${groupId}:${userId}`, { type, untilMs: Date.now() + activityMs });
    this.#world.publish(groupId, userId);
  }

  activity(groupId: number, userId: number): { type: string; untilMs: number } | null {
    const activity = this.#activities.get(`${groupId}:${userId}`);
    return activity && activity.untilMs > Date.now() ? activity : null;
  }

  pressButton(groupId: number, userId: number): string {
    const now = Date.now();
    for (const [eventId, press] of this.#presses) if (press.untilMs < now) this.#presses.delete(eventId);
    const eventId = randomUUID().replaceAll('-', '').slice(0, 12);
    this.#presses.set(eventId, { groupId, userId, untilMs: now + buttonMs });
    return eventId;
  }

  answerButton(eventId: string, data: unknown): boolean {
    const press = this.#presses.get(eventId);
    if (!press || press.untilMs < Date.now()) return false;
    this.#presses.delete(eventId);
    this.#answers.set(`${press.groupId}:${press.userId}`, { eventId, data });
    this.#world.publish(press.groupId, press.userId);
    return true;
  }

  buttonAnswer(groupId: number, userId: number): { eventId: string; data: unknown } | null {
    return this.#answers.get(`${groupId}:${userId}`) ?? null;
  }
}
