/**
 * Slow work that must be done before messages are sent, such as uploading images. Each piece runs once in the
 * background, however many messages need it, and its result is kept for a time. Nobody waits for it.
 */
import { type Backoff, backoffMs, pause } from '../work/backoff.ts';

/** `later`: worth another try. `afterMs` null: after the usual backoff. */
export type Prepared<T> = { kind: 'ready'; value: T } | { kind: 'later'; afterMs: number | null };

export interface Preparations<T> {
  /**
   * What is known of the piece now; starts it if nothing is. `done` resolves when it is time to ask again. The first
   * signal that asks for a piece ends it.
   */
  get(
    key: string,
    signal: AbortSignal,
    run: (signal: AbortSignal) => Promise<Prepared<T>>,
  ): { kind: 'ready'; value: T } | { kind: 'underWay'; done: Promise<void> };
  forget(key: string): void;
}

interface Piece<T> {
  done: Promise<void>;
  value?: T;
  /** When the result must be made again, by `performance.now()`. */
  keptUntilMs: number;
}

const retries: Backoff = { firstMs: 1_000, mostMs: 60_000, jitter: 'equal' };
/** Far more than the templates of one company that are in use at once. */
const MOST_KEPT = 10_000;

export function createPreparations<T>({
  keptMs,
  logFailure,
}: {
  /** How long a result is used. */
  keptMs(value: T): number;
  logFailure(error: unknown): void;
}): Preparations<T> {
  const pieces = new Map<string, Piece<T>>();

  function start(
    key: string,
    signal: AbortSignal,
    run: (signal: AbortSignal) => Promise<Prepared<T>>,
  ): Piece<T> {
    const piece: Piece<T> = { done: Promise.resolve(), keptUntilMs: Number.POSITIVE_INFINITY };
    piece.done = tryUntilReady(signal, run).then((value) => {
      if (value === null) pieces.delete(key);
      else Object.assign(piece, { value, keptUntilMs: performance.now() + keptMs(value) });
    });
    return piece;
  }

  /** Null when the signal ended it. */
  async function tryUntilReady(
    signal: AbortSignal,
    run: (signal: AbortSignal) => Promise<Prepared<T>>,
  ): Promise<T | null> {
    for (let failures = 1; !signal.aborted; failures += 1) {
      const result = await run(signal).catch((error: unknown): Prepared<T> => {
        if (!signal.aborted) logFailure(error);
        return { kind: 'later', afterMs: null };
      });
      if (result.kind === 'ready') return result.value;
      await pause(result.afterMs ?? backoffMs({ ...retries, failures }), signal);
    }
    return null;
  }

  return {
    get(key, signal, run) {
      let piece = pieces.get(key);
      if (!piece || piece.keptUntilMs <= performance.now()) {
        if (pieces.size >= MOST_KEPT) pieces.clear();
        piece = start(key, signal, run);
        pieces.set(key, piece);
      }
      return piece.value === undefined
        ? { kind: 'underWay', done: piece.done }
        : { kind: 'ready', value: piece.value };
    },
    forget(key) {
      if (pieces.get(key)?.value !== undefined) pieces.delete(key);
    },
  };
}
