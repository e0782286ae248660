/**
 * The slots of one group that a term holds, counted from the group's first slot. Many of them are kept as the bitmap in
 * which they are stored, so that a frequent word costs a few kilobytes to unite or to intersect, whatever its hits.
 */

export const GROUP_SLOTS = 65_536;
export const BITMAP_BYTES = GROUP_SLOTS / 8;

export type SlotSet =
  | { kind: 'list'; slots: Uint16Array }
  /** `count` is never below the number of slots. */
  | { kind: 'bitmap'; bytes: Uint8Array; count: number };

/** A list longer than this takes more memory than a bitmap. */
const LIST_MOST = BITMAP_BYTES / Uint16Array.BYTES_PER_ELEMENT;

const countOf = (set: SlotSet): number => (set.kind === 'list' ? set.slots.length : set.count);

/** @returns the slots, ascending. */
export function listOf(set: SlotSet): Uint16Array {
  if (set.kind === 'list') return set.slots;
  const slots = new Uint16Array(Math.min(set.count, GROUP_SLOTS));
  let found = 0;
  for (let at = 0; at < BITMAP_BYTES; at += 1)
    for (let bits = set.bytes[at]!; bits !== 0; bits &= bits - 1)
      slots[found++] = at * 8 + (31 - Math.clz32(bits & -bits));
  return slots.subarray(0, found);
}

export function unite(sets: readonly SlotSet[]): SlotSet {
  if (sets.length === 1) return sets[0]!;
  const count = sets.reduce((sum, set) => sum + countOf(set), 0);
  if (count > LIST_MOST) return { kind: 'bitmap', bytes: bitmapOf(sets), count };
  const all = new Uint16Array(count);
  let end = 0;
  for (const set of sets) {
    const slots = listOf(set);
    all.set(slots, end);
    end += slots.length;
  }
  const sorted = all.subarray(0, end).sort();
  let kept = 0;
  for (let at = 0; at < end; at += 1)
    if (at === 0 || sorted[at] !== sorted[at - 1]) sorted[kept++] = sorted[at]!;
  return { kind: 'list', slots: sorted.subarray(0, kept) };
}

function bitmapOf(sets: readonly SlotSet[]): Uint8Array {
  const united = new Uint8Array(BITMAP_BYTES);
  for (const set of sets) {
    if (set.kind === 'list') for (const slot of set.slots) united[slot >> 3]! |= 1 << (slot & 7);
    else for (let at = 0; at < BITMAP_BYTES; at += 1) united[at]! |= set.bytes[at]!;
  }
  return united;
}

/** @returns the slots that all sets hold, ascending. */
export function intersect(sets: readonly SlotSet[]): Uint16Array {
  // The rarest first: the others are then asked for few slots.
  const [rarest, ...others] = [...sets].sort((a, b) => countOf(a) - countOf(b));
  if (!rarest) return new Uint16Array(0);
  let common = rarest;
  for (const other of others) common = intersectTwo(common, other);
  return listOf(common);
}

function intersectTwo(few: SlotSet, many: SlotSet): SlotSet {
  if (few.kind === 'bitmap' && many.kind === 'bitmap') {
    const both = new Uint8Array(BITMAP_BYTES);
    for (let at = 0; at < BITMAP_BYTES; at += 1) both[at] = few.bytes[at]! & many.bytes[at]!;
    return { kind: 'bitmap', bytes: both, count: few.count };
  }
  if (few.kind === 'bitmap') return intersectTwo(many, few);
  const both = new Uint16Array(few.slots.length);
  let found = 0;
  const holds = many.kind === 'bitmap' ? bitmapHolds(many.bytes) : listHolds(many.slots);
  for (const slot of few.slots) if (holds(slot)) both[found++] = slot;
  return { kind: 'list', slots: both.subarray(0, found) };
}

const bitmapHolds = (bytes: Uint8Array) => (slot: number) => (bytes[slot >> 3]! & (1 << (slot & 7))) !== 0;

/** Answers for ascending slots only. It goes on from the last one in growing steps, so that few slots skip many. */
function listHolds(slots: Uint16Array) {
  let at = 0;
  return (slot: number): boolean => {
    let step = 1;
    let end = at;
    while (end < slots.length && slots[end]! < slot) {
      at = end + 1;
      end += step;
      step *= 2;
    }
    let [low, high] = [at, Math.min(end, slots.length)];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (slots[middle]! < slot) low = middle + 1;
      else high = middle;
    }
    at = low;
    return slots[at] === slot;
  };
}
