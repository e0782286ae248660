/**
 * Keeps the process's clock (`work/clock.ts`) at the database's time, which `hello` answers as `localTime`. Warns when
 * the machine's own clock is off: other software on it, and the sign-in library, still go by it.
 */
import type { Logger } from '../observability/logger.ts';
import { currentTimeMs, setCurrentTime } from '../work/clock.ts';
import { startDueLoop } from '../work/dueLoop.ts';

export interface DatabaseClock {
  stop(): Promise<void>;
}

export interface DatabaseClockDeps {
  /** Sends a command to the database `admin`. */
  ask(command: { hello: 1 }): Promise<{ localTime?: unknown }>;
  logger: Logger;
  lookEveryMs?: number;
}

const LOOK_EVERY_MS = 10_000;
/** The fastest answer of these tells the time best. */
const ASKED_AT_ONCE = 3;
/**
 * A smaller difference is left alone: a measurement errs by half its round trip, and a clock that follows each would
 * go back and forth. Processes agree within twice this time.
 */
const TOLERATED_MS = 500;
/** A machine's clock that is off by more than this is reported. */
const REPORTED_MS = 5_000;

/** How many follow a database in this process; after the last one the process goes by its own clock again. */
let followers = 0;

interface Measured {
  /** The database's time, at this moment. */
  nowMs: number;
  uncertainMs: number;
}

/** Resolves when the clock follows. Rejects when the database cannot be asked. */
export async function followDatabaseClock({
  ask,
  logger,
  lookEveryMs = LOOK_EVERY_MS,
}: DatabaseClockDeps): Promise<DatabaseClock> {
  let isFollowing = false;
  let isReported = false;
  let isUntold = false;

  /** Null when the database tells no time. */
  async function measure(): Promise<Measured | null> {
    const askedAtMs = performance.now();
    const { localTime } = await ask({ hello: 1 });
    const uncertainMs = (performance.now() - askedAtMs) / 2;
    if (!(localTime instanceof Date)) return null;
    return { nowMs: localTime.getTime() + uncertainMs, uncertainMs };
  }

  async function measureWell(): Promise<Measured | null> {
    let best = await measure();
    for (let more = ASKED_AT_ONCE - 1; best && more > 0; more -= 1) {
      const beganAtMs = performance.now();
      const next = await measure();
      const elapsedMs = performance.now() - beganAtMs;
      if (next && next.uncertainMs < best.uncertainMs) best = next;
      else best = { ...best, nowMs: best.nowMs + elapsedMs };
    }
    return best;
  }

  async function follow(): Promise<void> {
    const measured = await measureWell();
    if (!measured) return reportUntold();
    const { nowMs, uncertainMs } = measured;
    const isOff = Math.abs(nowMs - currentTimeMs()) > TOLERATED_MS + uncertainMs;
    // Without a difference the clock keeps its time: from now on only the process's own clock may jump.
    if (isOff || !isFollowing) setCurrentTime(isOff ? nowMs : currentTimeMs());
    isFollowing = true;
    report(Date.now() - nowMs, uncertainMs);
  }

  function report(aheadMs: number, uncertainMs: number): void {
    const isWrong = Math.abs(aheadMs) > REPORTED_MS + uncertainMs;
    if (isWrong === isReported) return;
    isReported = isWrong;
    const aheadSeconds = Math.round(aheadMs / 1000);
    if (isWrong)
      logger.warn(
        { aheadSeconds },
        'the clock of this machine is wrong; the desk goes by the time of the database',
      );
    else logger.info('the clock of this machine is right again');
  }

  function reportUntold(): void {
    if (!isUntold)
      logger.warn('the database does not tell its time; the desk goes by the clock of this machine');
    isUntold = true;
  }

  await follow();
  followers += 1;
  const loop = startDueLoop({
    look: follow,
    pollMs: lookEveryMs,
    firstLook: 'afterPoll',
    keepsProcessAlive: false,
    logFailure: (error) =>
      logger.warn({ err: error }, 'the time of the database could not be read; it is read again'),
  });
  return {
    async stop() {
      await loop.stop();
      followers -= 1;
      if (followers === 0) setCurrentTime(null);
    },
  };
}
