/**
 * Chooses how to answer a query: by `_id`, by one index, by several indexes for the branches of an $or, or by a walk
 * through the collection.
 */
import type { Document } from 'bson';
import { badValue } from '../errors.ts';
import { sameValue } from '../keys/valueKey.ts';
import { countKeys } from '../storage/byteKeys.ts';
import type { CollectionSpec, IndexSpec } from '../storage/catalog.ts';
import type { StoreDatabase } from '../storage/database.ts';
import type { FilterNode } from './filter.ts';
import { type IdsPlan, planIds } from './idsPlan.ts';
import { conjuncts } from './implies.ts';
import { type IndexPlan, planIndex } from './indexPlan.ts';

export interface ScanPlan {
  kind: 'scan';
  isReverse: boolean;
}

export interface UnionPlan {
  kind: 'union';
  branches: IndexPlan[];
}

export type Plan = IdsPlan | IndexPlan | ScanPlan | UnionPlan;

export interface PlanRequest {
  filter: Document;
  sort?: Document | undefined;
  limit?: number | undefined;
  hint?: unknown;
}

/** Similar plans are compared by how many entries each would walk, counted up to this number. */
const estimateKeys = 1000;

/** @param filters the conditions of the request's filter, all of which must hold. */
export function choosePlan(
  database: StoreDatabase,
  collection: CollectionSpec,
  request: PlanRequest,
  filters: FilterNode[],
): Plan {
  const sort = request.sort ?? {};
  if (request.hint !== undefined) return hintedPlan(collection, request.hint, filters, sort);
  if ('$natural' in sort) return { kind: 'scan', isReverse: Number(sort.$natural) < 0 };
  const named = planIds(collection, filters, sort);
  if (named !== undefined) return named;
  const plans = usefulPlans(collection.indexes, filters, sort);
  if (!plans.some(({ boundFields }) => boundFields > 0)) {
    const union = planUnion(database, collection, filters);
    if (union !== undefined) return union;
  }
  return best(database, plans, request) ?? { kind: 'scan', isReverse: false };
}

function usefulPlans(indexes: IndexSpec[], filters: FilterNode[], sort: Document): IndexPlan[] {
  const plans = indexes.map((index) => planIndex(index, filters, sort));
  return plans.filter((plan) => plan !== undefined).filter((plan) => plan.boundFields > 0 || plan.givesOrder);
}

function best(database: StoreDatabase, plans: IndexPlan[], request: PlanRequest): IndexPlan | undefined {
  const single = plans.find(({ isSingle }) => isSingle);
  if (single !== undefined || plans.length < 2) return single ?? plans[0];
  const isSorted = Object.keys(request.sort ?? {}).length > 0;
  const mostBound = Math.max(...plans.map(({ boundFields }) => boundFields));
  const clear = plans.filter((plan) => plan.boundFields === mostBound && (plan.givesOrder || !isSorted));
  if (clear.length === 1 && clear[0]!.isExact) return clear[0];
  let chosen: IndexPlan | undefined;
  let chosenCost = Number.POSITIVE_INFINITY;
  for (const plan of plans) {
    const cost = costOf(database, plan, request, isSorted);
    if (cost > chosenCost) continue;
    if (cost === chosenCost && (chosen?.boundFields ?? 0) >= plan.boundFields) continue;
    chosen = plan;
    chosenCost = cost;
  }
  return chosen;
}

/**
 * Roughly how many documents are read: all of them when a sort must follow, the first ones when the plan gives the
 * order.
 */
function costOf(database: StoreDatabase, plan: IndexPlan, { limit }: PlanRequest, isSorted: boolean): number {
  let keys = 0;
  for (const { ranges } of plan.streams) {
    for (const range of ranges) {
      if (keys < estimateKeys) keys += countKeys(database.entries, range, estimateKeys);
    }
  }
  const stopsEarly = limit !== undefined && limit > 0 && (plan.givesOrder || !isSorted);
  if (stopsEarly && plan.isExact) return Math.min(keys, limit);
  if (isSorted && !plan.givesOrder) return keys >= estimateKeys ? keys * 4 : keys * 1.1;
  return stopsEarly ? keys * 0.9 : keys;
}

function planUnion(
  database: StoreDatabase,
  collection: CollectionSpec,
  filters: FilterNode[],
): UnionPlan | undefined {
  for (const node of filters) {
    if (node.kind !== 'or') continue;
    const others = filters.filter((other) => other !== node);
    const branches: IndexPlan[] = [];
    for (const branch of node.nodes) {
      const own = [...conjuncts(branch), ...others];
      const plans = usefulPlans(collection.indexes, own, {}).filter(({ boundFields }) => boundFields > 0);
      const plan = best(database, plans, { filter: {} });
      if (plan === undefined) break;
      branches.push(plan);
    }
    if (branches.length === node.nodes.length) return { kind: 'union', branches };
  }
  return undefined;
}

function hintedPlan(collection: CollectionSpec, hint: unknown, filters: FilterNode[], sort: Document): Plan {
  if (typeof hint === 'object' && hint !== null && '$natural' in hint) {
    return { kind: 'scan', isReverse: Number(hint.$natural) < 0 };
  }
  if (typeof hint === 'object' && hint !== null && Object.keys(hint).length === 0) {
    return { kind: 'scan', isReverse: false };
  }
  const index = collection.indexes.find(({ shown }) =>
    typeof hint === 'string' ? shown.name === hint : sameValue(shown.key, hint),
  );
  const plan = index && planIndex(index, filters, sort, true);
  if (plan === undefined) {
    throw badValue(
      'error processing query: planner returned error :: caused by :: hint provided does not correspond to an existing index',
    );
  }
  return plan;
}
