/** `maxTimeMS`: how long a command, and the reads of its cursor together, may work. Waiting clients cost nothing. */
import { badValue, CommandError, failedToParse, typeMismatch } from '../errors.ts';
import { isNumeric } from '../keys/valueKey.ts';

const maxMs = 2_147_483_647;
/** Looking at the clock for each document would cost more than most documents do. */
const documentsPerLook = 16;

export class TimeLimit {
  private leftMs: number;
  private startedAt: number;
  private passed = 0;

  constructor(ms: number) {
    this.leftMs = ms;
    this.startedAt = performance.now();
  }

  /** A client asks for more. */
  resume(): void {
    this.startedAt = performance.now();
  }

  /** The reply leaves. */
  pause(): void {
    this.leftMs -= performance.now() - this.startedAt;
  }

  /** Call it for each document. @throws CommandError when the time is over. */
  pass(): void {
    if (this.passed++ % documentsPerLook === 0) this.check();
  }

  check(): void {
    if (performance.now() - this.startedAt > this.leftMs)
      throw new CommandError(50, 'operation exceeded time limit');
  }
}

/** @param value a command's `maxTimeMS`; 0 means no limit. */
export function timeLimitOf(value: unknown): TimeLimit | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isNumeric(value)) throw typeMismatch(`BSON field 'maxTimeMS' is the wrong type, expected a number`);
  const ms = Number(value);
  if (!Number.isInteger(ms)) throw failedToParse(`Expected an integer: maxTimeMS: ${ms}`);
  if (ms < 0 || ms > maxMs) throw badValue(`${ms} value for maxTimeMS is out of range [0, ${maxMs}]`);
  return ms === 0 ? undefined : new TimeLimit(ms);
}
