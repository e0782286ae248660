/** A `Date` that stands still until the bench moves it, for code that reads the time only from `Date`. */
const RealDate = Date;

export interface MovableClock {
  move(byMs: number): void;
  restore(): void;
}

export function holdClock(startMs: number): MovableClock {
  let nowMs = startMs;
  class HeldDate extends RealDate {
    constructor(...given: unknown[]) {
      if (given.length === 0) super(nowMs);
      else super(...(given as [number]));
    }
    static override now(): number {
      return nowMs;
    }
  }
  globalThis.Date = HeldDate as DateConstructor;
  return {
    move(byMs) {
      nowMs += byMs;
    },
    restore() {
      globalThis.Date = RealDate;
    },
  };
}
