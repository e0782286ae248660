/** How one index could serve a query: the ranges of entries to walk, and whether they come in the requested order. */
import type { Document } from 'bson';
import { keyFields } from '../keys/indexKey.ts';
import { typeRank } from '../keys/valueKey.ts';
import { after, entryRange, type KeyRange } from '../storage/byteKeys.ts';
import type { IndexSpec } from '../storage/catalog.ts';
import { type Bounds, boundsOf, type Interval, intersect, invertInterval } from './bounds.ts';
import type { FilterNode } from './filter.ts';
import { impliesFilter } from './implies.ts';

/** Ranges walked one after another. A plan's streams are merged by the bytes that follow their common prefix. */
export interface Stream {
  prefixBytes: number;
  ranges: KeyRange[];
}

export interface IndexPlan {
  kind: 'index';
  index: IndexSpec;
  streams: Stream[];
  isReverse: boolean;
  /** The number of leading fields that have bounds. */
  boundFields: number;
  /** The index is unique and every field has one value. */
  isSingle: boolean;
  givesOrder: boolean;
  /** The ranges hold only matches, so the filter need not be checked again. */
  isExact: boolean;
}

/** The most streams merged for an order; beyond it a field counts as unbound. MongoDB's limit is also 200. */
const maxStreams = 200;
/** Without an order, points are walked one after another; a query for a thousand ids must not become a full walk. */
const maxUnorderedPoints = 5_000;

export function planIndex(
  index: IndexSpec,
  filters: FilterNode[],
  sort: Document,
  isHinted = false,
): IndexPlan | undefined {
  if (!isHinted && index.partialFilter !== undefined && !impliesFilter(filters, index.partialFilter))
    return undefined;
  const fieldBounds = boundsOfFields(index, filters);
  const firstBounds = fieldBounds[0]?.bounds;
  if (!isHinted && index.sparse && (firstBounds === undefined || mayBeMissing(firstBounds))) return undefined;

  const maxPoints = Object.keys(sort).length > 0 ? maxStreams : maxUnorderedPoints;
  let prefixes: Prefix[] = [{ bytes: Buffer.alloc(0), ends: [] }];
  let spans: Span[] | undefined;
  const order = new SortProgress(sort, index, fieldBounds);
  let boundFields = 0;
  let mergeDepth = 0;
  for (let at = 0; at < index.fields.length; at++) {
    const found = fieldBounds[at];
    const intervals = found && directed(found.bounds.intervals, index.fields[at]!.descending);
    const isBounded = spans === undefined && boundFields === at && intervals !== undefined;
    if (!isBounded || prefixes.length * intervals.length > maxPoints) {
      order.meet(at, 'free');
      continue;
    }
    boundFields++;
    if (intervals.every(({ isPoint }) => isPoint)) {
      const isMerged = order.meet(at, intervals.length === 1 ? 'constant' : 'points') === 'merge';
      if (isMerged) mergeDepth = at + 1;
      prefixes = prefixes.flatMap((prefix) => intervals.map(({ low }) => longer(prefix, low)));
    } else {
      order.meet(at, 'free');
      spans = prefixes.flatMap((prefix) =>
        intervals.map(({ low, high }) => ({
          prefix,
          low: Buffer.concat([prefix.bytes, low]),
          high: Buffer.concat([prefix.bytes, high]),
        })),
      );
    }
  }
  const arePoints = spans === undefined;
  spans ??= prefixes.map((prefix) => ({ prefix, low: prefix.bytes, high: after(prefix.bytes) }));
  const givesOrder = order.isComplete && !index.hasLongKeys;
  const bound = fieldBounds.slice(0, boundFields).map((field) => field!);
  const used = new Set(bound.flatMap((field) => field.used));
  return {
    kind: 'index',
    index,
    streams: toStreams(index, spans, givesOrder ? mergeDepth : 0),
    isReverse: givesOrder && order.isReverse,
    boundFields,
    isSingle: index.unique && arePoints && prefixes.length <= 1 && boundFields === index.fields.length,
    givesOrder,
    isExact:
      !index.hasLongKeys &&
      filters.every((node) => used.has(node)) &&
      bound.every(({ bounds }) => bounds.isExact),
  };
}

/** One combination of points for the first fields, and where each field's bytes end. */
interface Prefix {
  bytes: Buffer;
  ends: number[];
}

interface Span {
  prefix: Prefix;
  low: Buffer;
  /** null: to the end of the index. */
  high: Buffer | null;
}

function longer({ bytes, ends }: Prefix, point: Buffer): Prefix {
  return { bytes: Buffer.concat([bytes, point]), ends: [...ends, bytes.length + point.length] };
}

function directed(intervals: Interval[], isDescending: boolean): Interval[] {
  if (!isDescending) return intervals;
  return intervals.map(invertInterval).sort((a, b) => Buffer.compare(a.low, b.low));
}

interface FieldBounds {
  bounds: Bounds;
  used: FilterNode[];
}

/** The bounds of each field, within the limits of a multikey index. */
function boundsOfFields(index: IndexSpec, filters: FilterNode[]): (FieldBounds | undefined)[] {
  const openedArrays = new Set<string>();
  return index.fields.map(({ path, parts }, at) => {
    const isMultikey = index.multikey[at]!;
    // Two fields reached through one array may come from different elements of it.
    if (isMultikey && openedArrays.has(parts[0]!)) return undefined;
    let found: FieldBounds | undefined;
    for (const node of filters) {
      const bounds = boundsForPath(node, path);
      if (bounds === undefined) continue;
      if (found === undefined) found = { bounds, used: [node] };
      else if (!isMultikey) found = { bounds: intersect(found.bounds, bounds), used: [...found.used, node] };
      else if (isTighter(bounds, found.bounds)) found = { bounds, used: [node] };
    }
    if (found !== undefined && isMultikey) openedArrays.add(parts[0]!);
    return found;
  });
}

function isTighter(left: Bounds, right: Bounds): boolean {
  const arePoints = ({ intervals }: Bounds) => intervals.every(({ isPoint }) => isPoint);
  if (arePoints(left) !== arePoints(right)) return arePoints(left);
  return arePoints(left) && left.intervals.length < right.intervals.length;
}

function boundsForPath(node: FilterNode, path: string): Bounds | undefined {
  if (node.kind !== 'field') return undefined;
  if (node.path === path) {
    const bounds = boundsOf(node.test);
    return bounds;
  }
  if (node.test.op !== 'elemMatchDocument' || !path.startsWith(`${node.path}.`)) return undefined;
  const inner = path.slice(node.path.length + 1);
  const { filter } = node.test;
  for (const part of filter.kind === 'and' ? filter.nodes : [filter]) {
    const bounds = boundsForPath(part, inner);
    if (bounds !== undefined) return { intervals: bounds.intervals, isExact: false };
  }
  return undefined;
}

function mayBeMissing({ intervals }: Bounds): boolean {
  const nullKey = Buffer.from([typeRank.null]);
  return intervals.some(
    ({ low, high }) => Buffer.compare(low, nullKey) <= 0 && Buffer.compare(nullKey, high) < 0,
  );
}

/** Without a merge all ranges make one stream. With a merge, ranges that share their first `mergeDepth` fields do. */
function toStreams(index: IndexSpec, spans: Span[], mergeDepth: number): Stream[] {
  const streams = new Map<string, Stream>();
  for (const { prefix, low, high } of spans) {
    const prefixBytes = mergeDepth === 0 ? 0 : prefix.ends[mergeDepth - 1]!;
    const name = prefix.bytes.toString('latin1', 0, prefixBytes);
    const stream = streams.get(name) ?? { prefixBytes, ranges: [] };
    stream.ranges.push(entryRange(index.id, low, high));
    streams.set(name, stream);
  }
  return [...streams.values()];
}

/** Follows the fields of an index to find out whether they give the requested order, forwards or backwards. */
class SortProgress {
  private readonly wanted: { path: string; descending: boolean }[];
  private readonly index: IndexSpec;
  private readonly isAsked: boolean;
  private next = 0;
  private isBroken = false;
  private direction: boolean | undefined;

  constructor(sort: Document, index: IndexSpec, fieldBounds: (FieldBounds | undefined)[]) {
    this.index = index;
    const constants = new Set<string>();
    index.fields.forEach(({ path }, at) => {
      const intervals = fieldBounds[at]?.bounds.intervals;
      if (!index.multikey[at] && intervals?.length === 1 && intervals[0]!.isPoint) constants.add(path);
    });
    const fields = keyFields(sort);
    this.isAsked = fields.length > 0;
    this.wanted = fields.filter(({ path }) => !constants.has(path));
  }

  /**
   * Handles the index's next field, which has one value, a few, or any. Returns `merge` when the order holds if the
   * few are walked side by side.
   */
  meet(at: number, kind: 'constant' | 'points' | 'free'): 'merge' | undefined {
    if (kind === 'constant' || this.isBroken || this.next === this.wanted.length) return undefined;
    const field = this.index.fields[at]!;
    const wanted = this.wanted[this.next]!;
    const isReverse = wanted.descending !== field.descending;
    const goesOn = wanted.path === field.path && !this.index.multikey[at];
    if (goesOn && (this.direction === undefined || this.direction === isReverse)) {
      this.direction = isReverse;
      this.next++;
      return undefined;
    }
    if (kind === 'points' && this.direction === undefined) return 'merge';
    this.isBroken = true;
    return undefined;
  }

  get isComplete(): boolean {
    return this.isAsked && !this.isBroken && this.next === this.wanted.length;
  }

  get isReverse(): boolean {
    return this.direction === true;
  }
}
