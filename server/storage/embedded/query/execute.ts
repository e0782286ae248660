/**
 * Runs a plan and yields matching documents one at a time. It stops early at a limit, sorts in memory only when the
 * plan gives no order, and counts the keys and documents it examined.
 */
import type { Document } from 'bson';
import { keyFields, sortKey } from '../keys/indexKey.ts';
import { decode, decodeBoth } from '../storage/bsonCodec.ts';
import { countKeys, recordOf } from '../storage/byteKeys.ts';
import type { CollectionSpec, IndexSpec } from '../storage/catalog.ts';
import type { StoreDatabase } from '../storage/database.ts';
import type { Records } from '../storage/records.ts';
import { type FilterNode, parseFilter } from './filter.ts';
import type { IdsPlan } from './idsPlan.ts';
import { conjuncts } from './implies.ts';
import { compileNode, type Matcher } from './match.ts';
import { choosePlan, type Plan, type PlanRequest } from './plan.ts';
import type { NoteQuery } from './scanNotes.ts';
import type { TimeLimit } from './timeLimit.ts';
import { walkIndex } from './walkIndex.ts';

export interface StoreReader {
  database: StoreDatabase;
  records: Records;
  noteQuery?: NoteQuery | undefined;
}

export interface FindRequest extends PlanRequest {
  skip?: number | undefined;
  variables?: Document | undefined;
  /** Found documents will be changed: they are decoded once for both uses. */
  isForChange?: boolean;
  timeLimit?: TimeLimit | undefined;
}

export interface Work {
  keysExamined: number;
  documentsExamined: number;
}

/** A found document, decoded on first use. */
export class MatchedRecord {
  readonly record: number;
  readonly bytes: Buffer;
  private decoded: Document | undefined;
  private decodedExactly: Document | undefined;
  private readonly isForChange: boolean;

  constructor(record: number, bytes: Buffer, isForChange = false) {
    this.record = record;
    this.bytes = bytes;
    this.isForChange = isForChange;
  }

  get document(): Document {
    this.decoded ??= this.isForChange ? this.decodeForChange() : decode(this.bytes);
    return this.decoded;
  }

  /** May be changed in place, once; `document` may be the same object. */
  get exactDocument(): Document {
    if (this.decodedExactly === undefined) this.decoded = this.decodeForChange();
    return this.decodedExactly!;
  }

  private decodeForChange(): Document {
    const { exact, plain } = decodeBoth(this.bytes);
    this.decodedExactly = exact;
    return plain;
  }
}

export interface Query {
  plan: Plan;
  needsSort: boolean;
  work: Work;
  run(): Generator<MatchedRecord>;
}

/** @param filter the request's filter, if it is already parsed. */
export function prepareQuery(
  reader: StoreReader,
  collection: CollectionSpec,
  request: FindRequest,
  filter: FilterNode = parseFilter(request.filter),
): Query {
  const skip = request.skip ?? 0;
  const limit = request.limit || undefined;
  const filters = conjuncts(filter);
  const planned = { ...request, limit: limit === undefined ? undefined : limit + skip };
  const plan = choosePlan(reader.database, collection, planned, filters);
  const sort = request.sort ?? {};
  const isSorted = Object.keys(sort).length > 0 && !('$natural' in sort);
  const needsSort = isSorted && !hasOrder(plan);
  const work: Work = { keysExamined: 0, documentsExamined: 0 };
  return {
    plan,
    needsSort,
    work,
    run() {
      reader.noteQuery?.(collection, request, plan);
      const { variables, isForChange, timeLimit } = request;
      const run = { work, variables, isForChange, timeLimit };
      const found =
        plan.kind === 'ids'
          ? lookUp(reader, collection, plan, run)
          : runPlan(reader, collection, { ...run, plan, matches: compileNode(filter, request.variables) });
      const ordered = needsSort ? sorted(reader, collection, found, sort, limit && limit + skip) : found;
      return window(ordered, skip, limit);
    },
  };
}

function hasOrder(plan: Plan): boolean {
  if (plan.kind === 'ids') return plan.isSingle;
  return plan.kind === 'index' && (plan.givesOrder || plan.isSingle);
}

/** Counts by the index alone when possible, without reading documents. */
export function countMatches(reader: StoreReader, collection: CollectionSpec, request: FindRequest): number {
  const query = prepareQuery(reader, collection, request);
  const { plan } = query;
  const { skip = 0, limit } = request;
  const cut = (count: number) => Math.max(0, Math.min(count - skip, limit || Number.POSITIVE_INFINITY));
  if (plan.kind === 'scan' && Object.keys(request.filter).length === 0)
    return cut(reader.records.count(collection));
  if (plan.kind === 'index' && plan.isExact && !plan.index.multikey.includes(true)) {
    let count = 0;
    for (const { ranges } of plan.streams) {
      for (const range of ranges) {
        count += countKeys(reader.database.entries, range, limit ? limit + skip - count : undefined);
        if (limit && count >= limit + skip) return cut(count);
      }
    }
    return cut(count);
  }
  let count = 0;
  for (const _ of query.run()) count++;
  return count;
}

function* window(
  found: Iterable<MatchedRecord>,
  skip: number,
  limit: number | undefined,
): Generator<MatchedRecord> {
  let passed = 0;
  for (const each of found) {
    if (passed++ < skip) continue;
    yield each;
    if (limit !== undefined && passed >= skip + limit) return;
  }
}

interface Run {
  work: Work;
  variables: Document | undefined;
  isForChange: boolean | undefined;
  timeLimit: TimeLimit | undefined;
}

function* lookUp(
  reader: StoreReader,
  collection: CollectionSpec,
  { ids, rest }: IdsPlan,
  { work, variables, isForChange, timeLimit }: Run,
): Generator<MatchedRecord> {
  const matches = rest.length > 0 ? compileNode({ kind: 'and', nodes: rest }, variables) : undefined;
  for (const id of ids) {
    timeLimit?.pass();
    const record = reader.records.find(collection, id);
    if (record === undefined) continue;
    work.keysExamined++;
    const bytes = reader.records.read(collection, record);
    if (bytes === undefined) continue;
    work.documentsExamined++;
    const found = new MatchedRecord(record, bytes, isForChange);
    if (matches === undefined || matches(found.document)) yield found;
  }
}

function* runPlan(
  reader: StoreReader,
  collection: CollectionSpec,
  { plan, matches, work, isForChange, timeLimit }: Run & { plan: Exclude<Plan, IdsPlan>; matches: Matcher },
): Generator<MatchedRecord> {
  if (plan.kind === 'scan') {
    for (const { record, bytes } of reader.records.walk(collection, plan.isReverse)) {
      timeLimit?.pass();
      work.documentsExamined++;
      const found = new MatchedRecord(record, bytes, isForChange);
      if (matches(found.document)) yield found;
    }
    return;
  }
  // Keys are read in chunks; after a write in between, the documents are checked against the filter again.
  const commitsAtStart = reader.database.commits;
  const isOnce = plan.kind === 'index' && (plan.isSingle || !mayRepeat(plan.index));
  const seen = isOnce ? undefined : new Set<number>();
  for (const branch of plan.kind === 'union' ? plan.branches : [plan]) {
    for (const key of walkIndex(reader.database, branch)) {
      timeLimit?.pass();
      work.keysExamined++;
      const record = recordOf(key);
      if (seen?.has(record)) continue;
      seen?.add(record);
      const bytes = reader.records.read(collection, record);
      if (bytes === undefined) continue;
      work.documentsExamined++;
      const found = new MatchedRecord(record, bytes, isForChange);
      const isKnown = branch.isExact && plan.kind === 'index' && reader.database.commits === commitsAtStart;
      if (isKnown || matches(found.document)) yield found;
    }
  }
}

/** An array has several entries in an index, and ranges of cut values may overlap. */
function mayRepeat({ multikey, hasLongKeys }: IndexSpec): boolean {
  return hasLongKeys || multikey.includes(true);
}

interface Sortable {
  key: Buffer;
  record: number;
}

/**
 * Sorts by the keys that an index on the same fields would hold. Keeps only keys, and with a limit only the first
 * ones.
 */
function* sorted(
  reader: StoreReader,
  collection: CollectionSpec,
  found: Iterable<MatchedRecord>,
  sort: Document,
  keep: number | undefined,
): Generator<MatchedRecord> {
  const fields = keyFields(sort);
  let rows: Sortable[] = [];
  const order = (a: Sortable, b: Sortable) => Buffer.compare(a.key, b.key) || a.record - b.record;
  for (const each of found) {
    rows.push({ key: sortKey(fields, each.document), record: each.record });
    if (keep !== undefined && rows.length > keep * 2 + 1000) rows = rows.sort(order).slice(0, keep);
  }
  rows.sort(order);
  if (keep !== undefined) rows.length = Math.min(rows.length, keep);
  for (const { record } of rows) {
    const bytes = reader.records.read(collection, record);
    if (bytes !== undefined) yield new MatchedRecord(record, bytes);
  }
}
