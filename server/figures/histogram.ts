/**
 * Times in bins of growing width, so that histograms of hours, communities and people can be added up. A bin's value is
 * within 1 % of every time in it; times under a second count as none.
 */
const GROWTH = 1.02;

/** @returns the bin of a time; a small whole number. */
export function binOf(ms: number): number {
  const seconds = ms / 1_000;
  return seconds < 1 ? 0 : 1 + Math.floor(Math.log(seconds) / Math.log(GROWTH));
}

export function msOfBin(bin: number): number {
  return bin === 0 ? 0 : 1_000 * GROWTH ** (bin - 0.5);
}

/** The time that this share of the counted times does not exceed; null when nothing was counted. */
export function quantile(counts: ReadonlyMap<number, number>, share: number): number | null {
  const bins = [...counts].filter(([, count]) => count > 0).sort(([a], [b]) => a - b);
  const total = bins.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return null;
  let passed = 0;
  for (const [bin, count] of bins) {
    passed += count;
    if (passed >= share * total) return msOfBin(bin);
  }
  return msOfBin(bins.at(-1)![0]);
}
