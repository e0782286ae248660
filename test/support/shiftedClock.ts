/**
 * Clocks that are wrong, for tests of several processes.
 * - `withShiftedClock` shifts `Date` for one part of the test's own process, and for all that this part starts: its
 *   timers, calls and loops. Other parts keep the right time. `performance.now()`, timers' waits and the store, which
 *   has its own thread, are not shifted. It also works over vitest's fake `Date`, when that is set up before.
 * - `shiftedNode` gives a separate process another clock: add its arguments and its environment to the start.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

const shift = new AsyncLocalStorage<number>();

/** @param shiftMs how far the clock is ahead; negative: behind. */
export function withShiftedClock<T>(shiftMs: number, part: () => T): T {
  install();
  return shift.run(shiftMs, part);
}

/** Wraps the present `Date` once: vitest may put another one in its place. */
function install(): void {
  const present = globalThis.Date as DateConstructor & { isShiftable?: true };
  if (present.isShiftable) return;
  const nowMs = () => present.now() + (shift.getStore() ?? 0);
  globalThis.Date = new Proxy(present, {
    construct: (target, args, made) =>
      Reflect.construct(
        target,
        args.length === 0 ? [nowMs()] : args,
        made === globalThis.Date ? target : made,
      ),
    apply: () => new present(nowMs()).toString(),
    get: (target, name) => {
      if (name === 'now') return nowMs;
      return name === 'isShiftable' ? true : Reflect.get(target, name);
    },
  });
}

/** What `startDeskProcess` and `spawn` need to run Node with this clock. */
export function shiftedNode(shiftMs: number): { nodeArguments: string[]; env: Record<string, string> } {
  const file = new URL('shiftedClock.mjs', import.meta.url).href;
  return { nodeArguments: ['--import', file], env: { CLOCK_SHIFT_MS: String(shiftMs) } };
}
