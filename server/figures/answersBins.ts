/**
 * A person's answers within an hour, in bins of five minutes, so that the wall can count the last hour instead of the
 * hour of the clock. The bins are names in the sums of that hour, like those of the histograms.
 */
import type { Counts } from './figures.model.ts';

const BIN_MS = 5 * 60_000;
const PREFIX = 'answers:';

/** The name of the bin of a moment, in the hour that begins at `hourMs`. */
export function answersBinOf(hourMs: number, at: Date): string {
  return `${PREFIX}${Math.floor((at.getTime() - hourMs) / BIN_MS)}`;
}

export const isAnswersBin = (name: string): boolean => name.startsWith(PREFIX);

/** Answers of this hour from that moment on; a bin that holds the moment counts whole. */
export function answersSince(hour: Date, counts: Counts, sinceMs: number): number {
  let answers = 0;
  for (const [name, count] of Object.entries(counts)) {
    if (!isAnswersBin(name)) continue;
    const endMs = hour.getTime() + (Number(name.slice(PREFIX.length)) + 1) * BIN_MS;
    if (endMs > sinceMs) answers += count;
  }
  return answers;
}
