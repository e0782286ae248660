/** A random sample that a seed repeats. */

/** Takes in turn from each group, so that a small sample has something of every folder. */
export function sampleOf<T>(groups: readonly (readonly T[])[], seed: number): T[] {
  const next = randomFrom(seed);
  const shuffled = groups.map((group) => shuffle([...group], next));
  const taken: T[] = [];
  for (let round = 0; shuffled.some((group) => round < group.length); round += 1)
    for (const group of shuffled) if (round < group.length) taken.push(group[round]!);
  return taken;
}

function shuffle<T>(items: T[], next: () => number): T[] {
  for (let at = items.length - 1; at > 0; at -= 1) {
    const other = Math.floor(next() * (at + 1));
    [items[at], items[other]] = [items[other]!, items[at]!];
  }
  return items;
}

/** mulberry32 by Tommy Ettinger: numbers from 0 to below 1. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
