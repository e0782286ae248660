/** Plays the lives of a month, many at a time, and keeps how far it is, so that it may be interrupted. */
import type { Model } from 'mongoose';
import { type LifePorts, playLife } from './playLife.ts';
import type { SampleMonth } from './sampleMonth.model.ts';
import type { Life } from './steps.ts';

const LIVES_AT_ONCE = 48;
const KEPT_EVERY = 100;

export interface MonthPlay {
  ports: LifePorts;
  sampleMonths: Model<SampleMonth>;
  month: SampleMonth;
  lives: readonly Life[];
  /** Whether an earlier run may have begun lives that it did not end. */
  isResumed: boolean;
  /** Called after each life, with the number of lives that are whole. */
  say(livesDone: number): void;
}

export async function playMonth({
  ports,
  sampleMonths,
  month,
  lives,
  isResumed,
  say,
}: MonthPlay): Promise<void> {
  const { _id } = month;
  let next = month.livesDone;
  /** Lives before this number are whole. */
  let done = month.livesDone;
  const doneLater = new Set<number>();

  async function playOn(): Promise<void> {
    for (let life = lives[next]; life; life = lives[next]) {
      next += 1;
      await playLife(ports, life, { mayHaveBegun: isResumed });
      doneLater.add(life.no);
      while (doneLater.delete(done)) {
        done += 1;
        say(done);
        if (done % KEPT_EVERY === 0) await sampleMonths.updateOne({ _id }, { $max: { livesDone: done } });
      }
    }
  }

  await Promise.all(Array.from({ length: LIVES_AT_ONCE }, playOn));
  await sampleMonths.updateOne({ _id }, { $set: { livesDone: lives.length } });
}
