/**
 * Concurrency of taking events in: the work of one dialogue strictly in order, different dialogues side by side,
 * and no more than so many at once. Long poll, webhook and backfill of one process share one set of lanes.
 */
import pLimit from 'p-limit';

const MOST_AT_ONCE = 64;

export interface KeyedQueue {
  /** Runs after all earlier work of the same lane, failed or not. Rejects as the work does. */
  run<T>(lane: string, work: () => Promise<T>): Promise<T>;
  /**
   * A place among those that work at once. Taken for one attempt rather than for a lane's turn: who waits to try
   * again must not hold up other dialogues.
   */
  withPlace<T>(work: () => Promise<T>): Promise<T>;
}

export function createKeyedQueue(mostAtOnce = MOST_AT_ONCE): KeyedQueue {
  const tails = new Map<string, Promise<unknown>>();
  const places = pLimit(mostAtOnce);

  return {
    run(lane, work) {
      const before = tails.get(lane) ?? Promise.resolve();
      const mine = before.then(work, work);
      const tail = mine.catch(() => undefined);
      tails.set(lane, tail);
      void tail.then(() => {
        if (tails.get(lane) === tail) tails.delete(lane);
      });
      return mine;
    },
    withPlace: (work) => places(work),
  };
}
