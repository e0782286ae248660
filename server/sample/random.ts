/** Repeatable choices: the same seed makes the same month. */

export interface Pick {
  /** From 0, without 1. */
  random(): number;
  chance(share: number): boolean;
  one<T>(of: readonly T[]): T;
  /** Whole numbers, both ends included. */
  between(from: number, to: number): number;
  /** Positive, with a long tail: half of the numbers are below the median. */
  longTail(median: number, spread: number): number;
  /** The place of one of these weights. */
  weighted(weights: readonly number[]): number;
}

/** @param random the same numbers in the same order for the same seed. */
export function createPick(random: () => number): Pick {
  return {
    random,
    chance: (share) => random() < share,
    one: (of) => of[Math.floor(random() * of.length)]!,
    between: (from, to) => from + Math.floor(random() * (to - from + 1)),
    longTail(median, spread) {
      // Box and Muller: `1 - random` is never 0.
      const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      return median * Math.exp(spread * normal);
    },
    weighted(weights) {
      let left = random() * weights.reduce((sum, weight) => sum + weight, 0);
      const at = weights.findIndex((weight) => {
        left -= weight;
        return left < 0;
      });
      return at === -1 ? weights.length - 1 : at;
    },
  };
}
