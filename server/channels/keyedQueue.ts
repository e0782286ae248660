/**
 * Orders the intake of events: work with the same key runs one after another, work with different keys side by side,
 * up to a limit. The key is a dialogue. Long poll, webhook and backfill of one process share one keyed queue.
 */
import pLimit from 'p-limit';

const MOST_AT_ONCE = 64;

export interface KeyedQueue {
  /** Runs after all earlier work of the same key has ended, successfully or not. Rejects when the work rejects. */
  run<T>(key: string, work: () => Promise<T>): Promise<T>;
  /**
   * Holds one of the limited slots while the work runs. Hold it for one attempt only: work that waits for its retry
   * must not block other dialogues.
   */
  withSlot<T>(work: () => Promise<T>): Promise<T>;
}

export function createKeyedQueue(mostAtOnce = MOST_AT_ONCE): KeyedQueue {
  const tails = new Map<string, Promise<unknown>>();
  const slots = pLimit(mostAtOnce);

  return {
    run(key, work) {
      const before = tails.get(key) ?? Promise.resolve();
      const mine = before.then(work, work);
      const tail = mine.catch(() => undefined);
      tails.set(key, tail);
      void tail.then(() => {
        if (tails.get(key) === tail) tails.delete(key);
      });
      return mine;
    },
    withSlot: (work) => slots(work),
  };
}
