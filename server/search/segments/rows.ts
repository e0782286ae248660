/**
 * What a segment knows of each indexed message, 34 bytes a row, ascending by time and id. A slot is a row's number.
 */
import { Types } from 'mongoose';

export const ROWS_PER_PAGE = 512;
export const ROW_BYTES = 34;

export interface IndexedRow {
  /** Milliseconds. */
  atMs: number;
  messageId: Types.ObjectId;
  conversationId: Types.ObjectId;
  /** Of two rows of one message, the higher version is the newer one. */
  version: number;
}

/** Bytes 0–5 the time, 6–17 the message, 18–29 the conversation, 30–33 the version. */
export function writeRow(
  page: Buffer,
  at: number,
  { atMs, messageId, conversationId, version }: IndexedRow,
): void {
  const start = at * ROW_BYTES;
  page.writeUIntBE(atMs, start, 6);
  page.set(messageId.id, start + 6);
  page.set(conversationId.id, start + 18);
  page.writeUInt32BE(version, start + 30);
}

export function readRow(page: Buffer, at: number): IndexedRow {
  const start = at * ROW_BYTES;
  return {
    atMs: page.readUIntBE(start, 6),
    messageId: new Types.ObjectId(page.subarray(start + 6, start + 18)),
    conversationId: new Types.ObjectId(page.subarray(start + 18, start + 30)),
    version: page.readUInt32BE(start + 30),
  };
}

/** A row's place in the order of time: the time and the message's id, as their bytes stand. */
export function placeBytes(atMs: number, messageId: Types.ObjectId): Buffer {
  const place = Buffer.alloc(18);
  place.writeUIntBE(atMs, 0, 6);
  place.set(messageId.id, 6);
  return place;
}

/** Slots by the page that holds their rows. */
export function byRowPage(slots: readonly number[]): { page: number; slots: number[] }[] {
  const slotsOf = new Map<number, number[]>();
  for (const slot of slots) {
    const page = Math.floor(slot / ROWS_PER_PAGE);
    const some = slotsOf.get(page);
    if (some) some.push(slot);
    else slotsOf.set(page, [slot]);
  }
  return Array.from(slotsOf, ([page, some]) => ({ page, slots: some }));
}
