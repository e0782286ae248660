/**
 * Makes many client messages inside the sandbox, at a given rate or as fast as possible: for benchmarks and crash
 * tests.
 */
import { randomUUID } from 'node:crypto';
import type { BurstProgress } from '../../shared/sandbox.ts';

const tickMs = 10;
/** Without a rate, this many messages are made in one turn of the event loop. */
const freeBatch = 100;

export interface BurstPlan {
  messages: number;
  ratePerSecond?: number | undefined;
  /** Makes message number n, counted from 1. */
  make: (n: number) => void;
  onFinished: () => void;
}

export class Bursts {
  readonly #running = new Map<string, { progress: BurstProgress; stop: () => void }>();

  start(plan: BurstPlan): BurstProgress {
    const progress: BurstProgress = {
      burstId: randomUUID(),
      sent: 0,
      total: plan.messages,
      isDone: false,
      startedAtMs: Date.now(),
      finishedAtMs: null,
    };
    const startedAt = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const finish = () => {
      if (progress.isDone) return;
      clearTimeout(timer);
      progress.isDone = true;
      progress.finishedAtMs = Date.now();
      plan.onFinished();
    };
    const turn = () => {
      if (progress.isDone) return;
      const elapsedSeconds = (performance.now() - startedAt) / 1000;
      const due =
        plan.ratePerSecond === undefined
          ? progress.sent + freeBatch
          : Math.ceil(elapsedSeconds * plan.ratePerSecond);
      while (progress.sent < Math.min(due, plan.messages)) {
        progress.sent += 1;
        plan.make(progress.sent);
      }
      if (progress.sent >= plan.messages) finish();
      else timer = setTimeout(turn, plan.ratePerSecond === undefined ? 0 : tickMs);
    };
    this.#running.set(progress.burstId, { progress, stop: finish });
    turn();
    return progress;
  }

  progress(burstId: string): BurstProgress {
    const burst = this.#running.get(burstId);
    if (!burst) throw new RangeError(`No burst ${burstId}`);
    return { ...burst.progress };
  }

  stop(burstId: string): BurstProgress {
    this.#running.get(burstId)?.stop();
    return this.progress(burstId);
  }

  close(): void {
    for (const { stop } of this.#running.values()) stop();
  }
}
