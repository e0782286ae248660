/**
 * Keeps the row of each token: in the database, where all processes see it, or in memory, where no other process can
 * open the database. The database's clock is the only one that rows know.
 */
import type { Model } from 'mongoose';
import { isDuplicateKey } from '../../storage/database.ts';
import type { CallBudget } from './callBudget.model.ts';
import { type BudgetRow, emptyRow } from './plan.ts';

export interface BudgetRows {
  /**
   * Replaces the row by what `decide` makes of it; `row: null` writes nothing. Runs `decide` again when another process
   * was faster. `nowMs` is the database's time.
   */
  change<T>(
    key: string,
    decide: (row: BudgetRow, nowMs: number) => { row: BudgetRow | null; result: T },
  ): Promise<T>;
}

export type Monotonic = () => number;
const monotonic: Monotonic = () => performance.now();

export function rowsInMemory(clock: Monotonic = monotonic): BudgetRows {
  const rows = new Map<string, BudgetRow>();
  return {
    async change(key, decide) {
      const { row, result } = decide(rows.get(key) ?? emptyRow, clock());
      if (row) rows.set(key, row);
      return result;
    },
  };
}

/** A larger step back means that the database's clock was set, or that another server answers. */
const SAME_CLOCK_MS = 1_000;
const RACES_MAX = 20;

export function rowsInDatabase(callBudgets: Model<CallBudget>, clock: Monotonic = monotonic): BudgetRows {
  /** What this process saw last. Another process may have written since: then the write finds no `rev`. */
  const seen = new Map<string, CallBudget>();
  /** The database's time minus ours. An answer that travels long gives too little, so the greatest is the best. */
  let offsetMs: number | null = null;

  function note(key: string, row: CallBudget): CallBudget {
    seen.set(key, row);
    const latest = row.at.getTime() - clock();
    if (offsetMs === null || latest > offsetMs || latest < offsetMs - SAME_CLOCK_MS) offsetMs = latest;
    return row;
  }

  /** Also tells the database's time. */
  async function touch(key: string): Promise<CallBudget> {
    try {
      const row = await callBudgets
        .findOneAndUpdate(
          { _id: key },
          { $currentDate: { at: true }, $inc: { rev: 1 }, $setOnInsert: emptyRow },
          { upsert: true, returnDocument: 'after' },
        )
        .lean<CallBudget>();
      return note(key, row as CallBudget);
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return touch(key);
    }
  }

  async function current(key: string): Promise<CallBudget> {
    return (offsetMs === null ? null : seen.get(key)) ?? (await touch(key));
  }

  return {
    async change(key, decide) {
      let before = await current(key);
      for (let race = 0; ; race += 1) {
        const { row, result } = decide(before, clock() + (offsetMs as number));
        if (!row) return result;
        const { nextAtMs, readingAtMs, slowUntilMs } = row;
        const after = await callBudgets
          .findOneAndUpdate(
            { _id: key, rev: before.rev },
            { $set: { nextAtMs, readingAtMs, slowUntilMs }, $inc: { rev: 1 }, $currentDate: { at: true } },
            { returnDocument: 'after' },
          )
          .lean<CallBudget>();
        if (after) {
          note(key, after);
          return result;
        }
        if (race >= RACES_MAX) throw new Error('The budget of a token changes all the time');
        before = (await callBudgets.findById(key).lean<CallBudget>()) ?? (await touch(key));
      }
    },
  };
}
