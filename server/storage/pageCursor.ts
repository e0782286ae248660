/**
 * Pages of a list sorted by a time and then by the id, the newest first unless the caller asks for the oldest. A cursor
 * names the last row of a page by those two. If a row changes them while a person pages, the row may be skipped or
 * shown twice.
 */
import { type Model, type QueryFilter, Types } from 'mongoose';

type Id = Types.ObjectId | string;

/** A row's place in the list. */
export interface Place<I extends Id = Types.ObjectId> {
  at: Date;
  id: I;
}

export interface Page<Row> {
  rows: Row[];
  /** Null when the list ends with this page. */
  nextCursor: string | null;
}

/** A field that may be null belongs here only when the caller's filter leaves out the rows without a time. */
type TimeField<Row> = { [Field in keyof Row]: Row[Field] extends Date | null ? Field : never }[keyof Row] &
  string;

/** Milliseconds and the id. `web/deliveryReports/deliveryRows.ts` writes the same, so the form is part of the API. */
export function formatCursor({ at, id }: Place<Id>): string {
  return `${at.getTime()}_${id}`;
}

/** Null when the cursor is absent or malformed. */
export function parseCursor(cursor: string | undefined): Place | null {
  const place = parseTextCursor(cursor);
  return place && isObjectId(place.id) ? { at: place.at, id: new Types.ObjectId(place.id) } : null;
}

/** The same for rows whose ids are strings. */
export function parseTextCursor(cursor: string | undefined): Place<string> | null {
  const [, ms, id] = /^(\d{1,15})_(.+)$/.exec(cursor ?? '') ?? [];
  return ms === undefined || id === undefined ? null : { at: new Date(Number(ms)), id };
}

/**
 * The form that earlier versions used for conversations: the time in base 36, a dot and the id. A tab that was open
 * during the upgrade still holds one.
 */
export function parseOldCursor(cursor: string | undefined): Place | null {
  const [, time = '', id = ''] = /^([0-9a-z]{1,11})\.([0-9a-f]{24})$/.exec(cursor ?? '') ?? [];
  const at = new Date(Number.parseInt(time, 36));
  return isObjectId(id) && !Number.isNaN(at.getTime()) ? { at, id: new Types.ObjectId(id) } : null;
}

/** The filter that keeps the rows after this place. */
function afterPlace(
  timeField: string,
  { at, id }: Place<Id>,
  isOldestFirst: boolean,
): Record<string, unknown> {
  const [after, from] = isOldestFirst ? ['$gt', '$gte'] : ['$lt', '$lte'];
  // The first condition lets an index start at the place; the second one is exact within its millisecond.
  return {
    [timeField]: { [from]: at },
    $or: [{ [timeField]: { [after]: at } }, { [timeField]: at, _id: { [after]: id } }],
  };
}

/** @param found rows in the list's order, one more than the page holds if the list goes on. */
function pageOf<Row extends { _id: Id }>(
  found: readonly Row[],
  limit: number,
  timeField: TimeField<Row>,
): Page<Row> {
  const rows = found.slice(0, limit);
  const last = found.length > limit ? rows.at(-1) : undefined;
  return { rows, nextCursor: last ? formatCursor({ at: last[timeField] as Date, id: last._id }) : null };
}

interface PageOptions<Row> {
  timeField: TimeField<Row>;
  /** The place at which the previous page ended; null for the first page. */
  after: Place<Id> | null;
  limit: number;
  isOldestFirst?: boolean;
}

export async function readPage<Row extends { _id: Id }>(
  model: Model<Row>,
  filter: QueryFilter<Row>,
  { timeField, after, limit, isOldestFirst = false }: PageOptions<Row>,
): Promise<Page<Row>> {
  // Joined by `$and`: the filter may have its own conditions on the time, or an `$or`.
  const wanted = after ? { $and: [filter, afterPlace(timeField, after, isOldestFirst)] } : filter;
  const found = await model
    .find(wanted as QueryFilter<Row>)
    .sort(isOldestFirst ? { [timeField]: 1, _id: 1 } : { [timeField]: -1, _id: -1 })
    .limit(limit + 1)
    .lean<Row[]>();
  return pageOf(found, limit, timeField);
}

function isObjectId(text: string): boolean {
  return /^[0-9a-f]{24}$/.test(text);
}
