/**
 * Waits without sleeping: for a community's next message to a client, or for any condition that a change can fulfil.
 */
import type { PhoneMessage } from '../../shared/sandbox.ts';
import type { Views } from './messageView.ts';
import type { World } from './world.ts';

export class OutgoingWatch {
  readonly #world: World;
  readonly #views: Views;
  /** Messages returned already, by community and client. */
  readonly #handedOut = new Map<string, Set<number>>();

  constructor(world: World, views: Views) {
    this.#world = world;
    this.#views = views;
  }

  async next(
    userId: number,
    matches: (message: PhoneMessage) => boolean = () => true,
    timeoutMs: number,
  ): Promise<PhoneMessage> {
    let message: PhoneMessage | undefined;
    await this.until(
      () => {
        message = this.#claim(userId, matches);
        return message !== undefined;
      },
      timeoutMs,
      `No message to ${userId} within ${timeoutMs} ms`,
    );
    return message!;
  }

  until(
    isTrue: () => boolean,
    timeoutMs: number,
    timeoutMessage = `Not true within ${timeoutMs} ms`,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const finish = (error?: Error) => {
        clearTimeout(timer);
        this.#world.off('change', look);
        if (error) reject(error);
        else resolve();
      };
      const look = () => {
        if (isTrue()) finish();
      };
      const timer = setTimeout(() => finish(new Error(timeoutMessage)), timeoutMs);
      this.#world.on('change', look);
      look();
    });
  }

  #claim(userId: number, matches: (message: PhoneMessage) => boolean): PhoneMessage | undefined {
    for (const community of this.#world.communities.values()) {
      const dialogue = community.dialogues.get(userId);
      if (!dialogue) continue;
      const key = `${community.groupId}:${userId}`;
      const handedOut = this.#handedOut.get(key) ?? new Set();
      this.#handedOut.set(key, handedOut);
      for (const stored of dialogue.messages) {
        if (!stored.isOut || stored.isDeleted || handedOut.has(stored.cmid)) continue;
        const message = this.#views.message(community, dialogue, stored) as PhoneMessage;
        if (!matches(message)) continue;
        handedOut.add(stored.cmid);
        return message;
      }
    }
    return undefined;
  }
}
