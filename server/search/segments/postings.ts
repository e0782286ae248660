/**
 * The slots at which a segment holds a term, in groups of 65,536 slots, so that a search for the newest hits reads the
 * last groups alone. A group is a list of differences, or a bitmap where that is shorter (as in Roaring bitmaps).
 */
import { ByteReader, ByteWriter } from './bytes.ts';

const GROUP_SLOTS = 65_536;
const BITMAP_BYTES = GROUP_SLOTS / 8;

/** One group's place in the stream of postings. */
export interface Group {
  /** `floor(slot / GROUP_SLOTS)`. */
  no: number;
  count: number;
  /** From the start of the term's bytes. */
  offset: number;
  length: number;
}

export interface EncodedPostings {
  groups: Group[];
  bytes: Buffer;
}

/** @param slots ascending, without repeats. */
export function encodePostings(slots: ArrayLike<number>): EncodedPostings {
  const groups: Group[] = [];
  const writer = new ByteWriter();
  for (let start = 0; start < slots.length; ) {
    const no = Math.floor(slots[start]! / GROUP_SLOTS);
    let end = start + 1;
    while (end < slots.length && Math.floor(slots[end]! / GROUP_SLOTS) === no) end += 1;
    const offset = writer.length;
    writer.bytes(encodeGroup(slots, start, end, no * GROUP_SLOTS));
    groups.push({ no, count: end - start, offset, length: writer.length - offset });
    start = end;
  }
  return { groups, bytes: writer.take() };
}

function encodeGroup(slots: ArrayLike<number>, start: number, end: number, base: number): Uint8Array {
  // A difference takes a byte at least.
  if (end - start < BITMAP_BYTES) {
    const writer = new ByteWriter();
    let before = base - 1;
    for (let at = start; at < end; at += 1) {
      writer.number(slots[at]! - before - 1);
      before = slots[at]!;
    }
    if (writer.length < BITMAP_BYTES) return writer.take();
  }
  const bitmap = new Uint8Array(BITMAP_BYTES);
  for (let at = start; at < end; at += 1) {
    const low = slots[at]! - base;
    bitmap[low >> 3]! |= 1 << (low & 7);
  }
  return bitmap;
}

/** @returns the group's slots, ascending. */
export function decodeGroup(bytes: Uint8Array, { no, count }: Pick<Group, 'no' | 'count'>): Uint32Array {
  const slots = new Uint32Array(count);
  const base = no * GROUP_SLOTS;
  if (bytes.length === BITMAP_BYTES) {
    let found = 0;
    for (let byteAt = 0; byteAt < BITMAP_BYTES; byteAt += 1)
      for (let bits = bytes[byteAt]!; bits !== 0; bits &= bits - 1)
        slots[found++] = base + byteAt * 8 + (31 - Math.clz32(bits & -bits));
    return slots;
  }
  const reader = new ByteReader(bytes);
  let slot = base - 1;
  for (let at = 0; at < count; at += 1) {
    slot += reader.number() + 1;
    slots[at] = slot;
  }
  return slots;
}

export function intersect(a: Uint32Array, b: Uint32Array): Uint32Array {
  const [few, many] = a.length <= b.length ? [a, b] : [b, a];
  const both = new Uint32Array(few.length);
  let found = 0;
  let at = 0;
  for (const slot of few) {
    while (at < many.length && many[at]! < slot) at += 1;
    if (at === many.length) break;
    if (many[at] === slot) both[found++] = slot;
  }
  return both.subarray(0, found);
}

export function unite(lists: readonly Uint32Array[]): Uint32Array {
  if (lists.length === 1) return lists[0]!;
  const all = new Uint32Array(lists.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const list of lists) {
    all.set(list, end);
    end += list.length;
  }
  all.sort();
  let kept = 0;
  for (let at = 0; at < all.length; at += 1) if (at === 0 || all[at] !== all[at - 1]) all[kept++] = all[at]!;
  return all.subarray(0, kept);
}
