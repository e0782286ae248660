/**
 * The plan of a query that names its documents by `_id`: it looks each up and considers no other index. Most writes
 * are such queries.
 */
import type { Document } from 'bson';
import { rankOf, typeRank, valueKey } from '../keys/valueKey.ts';
import type { CollectionSpec, IndexSpec } from '../storage/catalog.ts';
import type { FilterNode, Test } from './filter.ts';

export interface IdsPlan {
  kind: 'ids';
  index: IndexSpec;
  /** Keys of the requested ids, in order, without duplicates. */
  ids: Buffer[];
  /** At most one document, so any order is right. */
  isSingle: boolean;
  /** Conditions still to check on a found document. */
  rest: FilterNode[];
}

/** With an order, an index may be better than single look-ups. */
export function planIds(
  collection: CollectionSpec,
  filters: FilterNode[],
  sort: Document,
): IdsPlan | undefined {
  const index = collection.indexes[0]!;
  const isOrdered = Object.keys(sort).length > 0;
  for (const node of filters) {
    if (node.kind !== 'field' || node.path !== '_id') continue;
    const ids = idsIn(node.test);
    if (ids === undefined || (isOrdered && ids.length > 1)) continue;
    // A cut key may belong to another id, so the id itself is checked again.
    const rest = index.hasLongKeys ? filters : filters.filter((other) => other !== node);
    return { kind: 'ids', index, ids, isSingle: ids.length <= 1, rest };
  }
  return undefined;
}

function idsIn(test: Test): Buffer[] | undefined {
  if (test.op === 'eq') return isPlain(test.value) ? [valueKey(test.value)] : undefined;
  if (test.op !== 'in' || test.patterns.length > 0 || !test.values.every(isPlain)) return undefined;
  const ids = test.values.map(valueKey).sort(Buffer.compare);
  return ids.filter((id, at) => at === 0 || !id.equals(ids[at - 1]!));
}

/** Other values match more than themselves (null, a pattern) or may not be an `_id` (an array). */
function isPlain(value: unknown): boolean {
  const rank = rankOf(value);
  return rank !== typeRank.null && rank !== typeRank.regex && rank !== typeRank.array;
}
