/**
 * Lets the calls of each token wait for their places in its budget. Calls of one purpose keep their order; answering
 * comes before reading, and reading before sending. A call leaves the line for good when its signal fires.
 */
import { onAbort } from '../../work/onAbort.ts';
import { CallError, type CallOptions, type Purpose } from '../calls.ts';
import { purposes, reservePlaces, slowDown, type Wanted } from './plan.ts';
import type { BudgetRows, Monotonic } from './rows.ts';

export interface TokenBudget {
  /** Identifies the token among all processes. */
  key: string;
  perSecond: number;
}

export interface CallBudgets {
  /**
   * Resolves when the call may go out. Rejects with `CallError('notSent')` when the signal fires first, the wait
   * gets too long, or the database does not answer.
   */
  wait(token: TokenBudget, options: Pick<CallOptions, 'purpose' | 'signal'>): Promise<void>;
  /** The network said that the token is used too often: all processes pause for a moment, then go at half the pace. */
  slowDown(token: TokenBudget, slowMs: number): Promise<void>;
}

interface Waiter {
  purpose: Purpose;
  go(): void;
  fail(cause: unknown): void;
}

const WAIT_MAX_MS = 20_000;
/** A place that nobody used in time is lost, so that calls do not pile up after a pause of the process. */
const USABLE_FOR_MS = 250;

export function createCallBudgets(rows: BudgetRows, clock: Monotonic = () => performance.now()): CallBudgets {
  const lines = new Map<string, Line>();
  const lineOf = (token: TokenBudget) => {
    const known = lines.get(token.key) ?? createLine(rows, token, clock);
    lines.set(token.key, known);
    return known;
  };
  return {
    wait: (token, options) => lineOf(token).wait(options),
    async slowDown(token, slowMs) {
      lineOf(token).dropPlaces();
      // A lost slow-down costs one more refusal of the network, and that one slows down.
      await rows
        .change(token.key, (row, nowMs) => ({ row: slowDown(row, nowMs, slowMs), result: undefined }))
        .catch(() => undefined);
    },
  };
}

interface Line {
  wait(options: Pick<CallOptions, 'purpose' | 'signal'>): Promise<void>;
  dropPlaces(): void;
}

function createLine(rows: BudgetRows, { key, perSecond }: TokenBudget, clock: Monotonic): Line {
  const waiters: Record<Purpose, Waiter[]> = { answering: [], reading: [], sending: [] };
  /** Reserved, ascending, by our own clock. */
  let places: number[] = [];
  let isReserving = false;
  let askAgainAt = 0;
  let timer: NodeJS.Timeout | undefined;

  const waiting = () => purposes.flatMap((purpose) => waiters[purpose]);

  /** Gives places that are due to those who wait; reserves more; sleeps until the next thing can happen. */
  function run(): void {
    clearTimeout(timer);
    const now = clock();
    places = places.filter((at) => at > now - USABLE_FOR_MS);
    for (const next of waiting()) {
      if (places.length === 0 || places[0]! > now) break;
      places.shift();
      next.go();
    }
    const inLine = waiting();
    if (inLine.length === 0) return;
    const asks = needsPlaces(inLine) && !isReserving;
    // A reservation runs this again when it ends.
    if (asks && now >= askAgainAt) void reserve();
    const times = [...places.slice(0, 1), ...(asks && now < askAgainAt ? [askAgainAt] : [])];
    if (times.length > 0) timer = setTimeout(run, Math.min(...times) - now);
  }

  /** Sending reserves only when it has nearly used up what it had: one write for several calls. */
  function needsPlaces(inLine: Waiter[]): boolean {
    const urgent = inLine.filter(({ purpose }) => purpose !== 'sending').length;
    return urgent > places.length || (inLine.length > places.length && places.length <= 1);
  }

  async function reserve(): Promise<void> {
    isReserving = true;
    try {
      const { startedAt, nowMs, placesAtMs, retryAtMs } = await rows.change(key, (row, nowMs) => {
        const startedAt = clock();
        const { row: after, ...reserved } = reservePlaces(row, { nowMs, perSecond, wanted: wanted() });
        return {
          row: reserved.placesAtMs.length > 0 ? after : null,
          result: { ...reserved, startedAt, nowMs },
        };
      });
      places.push(...placesAtMs.map((atMs) => startedAt + atMs - nowMs));
      places.sort((left, right) => left - right);
      askAgainAt = retryAtMs === null ? 0 : startedAt + retryAtMs - nowMs;
    } catch (error) {
      for (const waiter of waiting()) waiter.fail(error);
    } finally {
      isReserving = false;
      run();
    }
  }

  /** What the line needs beyond the places that it holds; the first in line use those. */
  function wanted(): Wanted {
    let held = places.length;
    const more = { answering: 0, reading: 0, sending: 0 };
    for (const purpose of purposes) {
      const count = waiters[purpose].length;
      more[purpose] = Math.max(0, count - held);
      held = Math.max(0, held - count);
    }
    return more;
  }

  return {
    wait({ purpose, signal }) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(new CallError('notSent', signal.reason));
        const leave = () => {
          clearTimeout(tooLong);
          forget?.();
          waiters[purpose] = waiters[purpose].filter((each) => each !== waiter);
        };
        const waiter: Waiter = {
          purpose,
          go() {
            leave();
            resolve();
          },
          fail(cause) {
            leave();
            reject(new CallError('notSent', cause));
          },
        };
        const abort = () => waiter.fail(signal?.reason);
        const tooLong = setTimeout(
          () => waiter.fail(new Error(`No place in the token's budget within ${WAIT_MAX_MS} ms`)),
          WAIT_MAX_MS,
        );
        const forget = signal && onAbort(signal, abort);
        waiters[purpose].push(waiter);
        // An answer may go at once where the others have just been told to ask again later.
        if (purpose === 'answering') askAgainAt = 0;
        run();
      });
    },
    dropPlaces() {
      places = [];
      askAgainAt = 0;
    },
  };
}
