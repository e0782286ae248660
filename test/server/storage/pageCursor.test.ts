/** Pages of rows in a real store: whatever the times, all pages together equal one read of the whole list. */
import fc from 'fast-check';
import { type Model, Schema, Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  formatCursor,
  parseCursor,
  parseOldCursor,
  parseTextCursor,
  readPage,
} from '../../../server/storage/pageCursor.ts';
import { openTestStore, type TestStore } from '../../support/store.ts';

interface Row {
  _id: Types.ObjectId;
  listId: Types.ObjectId;
  at: Date;
  isShown: boolean;
}
interface TextRow extends Omit<Row, '_id'> {
  _id: string;
}

const id = 'abcdef0123456789abcdef01';
let store: TestStore;
let rows: Model<Row>;
let textRows: Model<TextRow>;
beforeAll(async () => {
  store = await openTestStore();
  const fields = { listId: Schema.Types.ObjectId, at: Date, isShown: Boolean };
  const indexed = <R>(schema: Schema<R>) => schema.index({ listId: 1, at: -1, _id: -1 } as never);
  rows = store.connection.model<Row>('Row', indexed(new Schema<Row>(fields)));
  textRows = store.connection.model<TextRow>(
    'TextRow',
    indexed(new Schema<TextRow>({ ...fields, _id: String })),
  );
  await store.build([rows, textRows] as never);
});
afterAll(async () => store?.[Symbol.asyncDispose]());

describe('a cursor', () => {
  it('is parsed back to the same place', () => {
    const place = { at: new Date(1_700_000_000_123), id: new Types.ObjectId(id) };
    expect(formatCursor(place)).toBe(`1700000000123_${id}`);
    expect(parseCursor(formatCursor(place))).toEqual(place);
    const textPlace = { at: place.at, id: 'blockedPhone:1_2:added' };
    expect(parseTextCursor(formatCursor(textPlace))).toEqual(textPlace);
  });

  it.each([
    ['nothing', undefined],
    ['an empty text', ''],
    ['a word', 'nonsense'],
    ['letters for the time', `17z_${id}`],
    ['no time', `_${id}`],
    ['a time before 1970', `-5_${id}`],
    ['a time beyond every date', `9999999999999999_${id}`],
    ['no id', '5_'],
    ['a short id', '5_abcdef'],
    ['a long id', `5_${id}0`],
    ['capitals in the id', `5_${id.toUpperCase()}`],
    ['a line after it', `5_${id}\n`],
    ['the old form', `loyw3v28.${id}`],
  ])('is null for %s', (_name, text) => {
    expect(parseCursor(text)).toBeNull();
  });

  it('may hold the largest time of fifteen digits', () => {
    expect(parseCursor(`999999999999999_${id}`)?.at.getTime()).toBe(999_999_999_999_999);
  });

  it('of conversations is also read in the form of earlier versions', () => {
    const at = new Date(1_700_000_000_123);
    expect(parseOldCursor(`${at.getTime().toString(36)}.${id}`)).toEqual({ at, id: new Types.ObjectId(id) });
  });

  it.each([
    ['nothing', undefined],
    ['a time beyond every date', `zzzzzzzzzzz.${id}`],
    ['no time', `.${id}`],
    ['a sign in the time', `lo-w.${id}`],
    ['a third part', `loyw3v28.${id}.x`],
    ['a short id', 'loyw3v28.abc'],
    ['the form of today', `5_${id}`],
  ])('in that form is null for %s', (_name, text) => {
    expect(parseOldCursor(text)).toBeNull();
  });
});

/** Few different times for many rows, so that most pages end among rows of one time. */
const moments = fc.array(fc.record({ ms: fc.integer({ min: 1_000, max: 1_004 }), isShown: fc.boolean() }), {
  maxLength: 25,
});
const limits = fc.integer({ min: 1, max: 8 });

describe('pages read one after another', () => {
  it('equal together one read of the whole list', async () => {
    await fc.assert(
      fc.asyncProperty(moments, limits, async (given, limit) => {
        const listId = new Types.ObjectId();
        const made = given.map(
          ({ ms, isShown }): Row => ({ _id: new Types.ObjectId(), listId, at: new Date(ms), isShown }),
        );
        await rows.insertMany(made);
        await checkPages(rows, parseCursor, { listId, limit });
      }),
      { numRuns: 40 },
    );
  });

  it('also do for rows whose ids are strings', async () => {
    await fc.assert(
      fc.asyncProperty(moments, limits, async (given, limit) => {
        const listId = new Types.ObjectId();
        const made = given.map(
          ({ ms, isShown }, index): TextRow => ({
            _id: `${(index * 7) % 25}_${listId.toHexString()}`,
            listId,
            at: new Date(ms),
            isShown,
          }),
        );
        await textRows.insertMany(made);
        await checkPages(textRows, parseTextCursor, { listId, limit });
      }),
      { numRuns: 40 },
    );
  });

  it('keep the list’s own conditions on the time', async () => {
    const listId = new Types.ObjectId();
    const made = [1, 2, 2, 2, 3, 4].map(
      (ms): Row => ({ _id: new Types.ObjectId(), listId, at: new Date(ms), isShown: true }),
    );
    await rows.insertMany(made);
    const between = { listId, at: { $gte: new Date(2), $lt: new Date(4) }, $or: [{ isShown: true }] };
    expect((await pagesOf(rows, parseCursor, between, 2)).map((page) => page.length)).toEqual([2, 2]);
  });
});

async function checkPages<R extends Row | TextRow>(
  model: Model<R>,
  parse: typeof parseCursor | typeof parseTextCursor,
  { listId, limit }: { listId: Types.ObjectId; limit: number },
): Promise<void> {
  const filter = { listId, isShown: true };
  const whole = await model
    .find(filter as never)
    .sort({ at: -1, _id: -1 })
    .lean<R[]>();
  const pages = await pagesOf(model, parse, filter, limit);
  expect(pages.flat()).toEqual(whole);
  expect(pages.slice(0, -1).every((page) => page.length === limit)).toBe(true);
  expect(pages).toHaveLength(Math.max(1, Math.ceil(whole.length / limit)));
}

async function pagesOf<R extends Row | TextRow>(
  model: Model<R>,
  parse: typeof parseCursor | typeof parseTextCursor,
  filter: object,
  limit: number,
): Promise<R[][]> {
  const pages: R[][] = [];
  let cursor: string | undefined;
  do {
    const after = parse(cursor);
    const page = await readPage(model, filter as never, { timeField: 'at' as never, after, limit });
    pages.push(page.rows);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return pages;
}
