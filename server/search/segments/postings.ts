/**
 * The slots at which a segment holds a term, in groups of 65,536 slots, so that a search for the newest hits reads the
 * last groups alone. A group is a list of differences, or a bitmap where that is shorter (as in Roaring bitmaps).
 */
import { ByteReader, ByteWriter } from './bytes.ts';
import { ROWS_PER_PAGE } from './rows.ts';
import { BITMAP_BYTES, GROUP_SLOTS, type SlotSet } from './slotSet.ts';

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

/** The group's slots, counted from its first one. A bitmap is used as it is stored. */
export function decodeGroup(bytes: Uint8Array, { count }: Pick<Group, 'count'>): SlotSet {
  if (bytes.length === BITMAP_BYTES) return { kind: 'bitmap', bytes, count };
  const slots = new Uint16Array(count);
  const reader = new ByteReader(bytes);
  let slot = -1;
  for (let at = 0; at < count; at += 1) {
    slot += reader.number() + 1;
    slots[at] = slot;
  }
  return { kind: 'list', slots };
}

/** Each page of rows belongs to one group. */
export const PAGES_PER_GROUP = GROUP_SLOTS / ROWS_PER_PAGE;

/** The first slot of a group. */
export const baseOf = ({ no }: Pick<Group, 'no'>): number => no * GROUP_SLOTS;
