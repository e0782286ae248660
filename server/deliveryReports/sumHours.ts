/**
 * Brings what was counted into the hours' sums, and forgets which moves were counted once none of them can be told
 * again. Each step is one atomic write that may be repeated, by any process and after a crash between any two: a sum
 * names the rows it holds until those are marked, and takes no row twice.
 */
import type { Model } from 'mongoose';
import type { Logger } from '../observability/logger.ts';
import type { OpenTransitions } from '../serviceMessages/openTransitions.model.ts';
import { isDuplicateKey } from '../storage/database.ts';
import { type NextLook, startDueLoop } from '../work/dueLoop.ts';
import {
  type CountedTransitions,
  type Counts,
  type DeliveryCountModels,
  hourIdOf,
} from './deliveryCounts.model.ts';

export interface SumDeps extends DeliveryCountModels {
  openTransitions: Model<OpenTransitions>;
}

const ROWS_AT_ONCE = 500;
/** A reader takes the rows, then the sums: a sum forgets its rows only when no reader can be between the two. */
export const NAMES_KEPT_MS = 10_000;
/**
 * Who holds a move in memory tells it within this. A process that stops for longer with a move in its hands, while
 * another tells the same move in its place, could count it twice.
 */
export const COUNTED_KEPT_MS = 15 * 60_000;
/** More than these writes that are still to be followed, and nothing is forgotten until they are fewer. */
const OPEN_MAX = 500;

/** True while there is more to be summed. */
export async function sumOpen(deps: SumDeps, now = new Date()): Promise<boolean> {
  const open = await deps.deliveryCounted
    .find({ openSince: { $gt: new Date(0) } }, { messageIds: 0 })
    .sort({ openSince: 1 })
    .limit(ROWS_AT_ONCE)
    .lean<CountedTransitions[]>();
  for (const [hourId, rows] of groupByHour(open)) {
    if (!(await addToHour(deps, hourId, rows))) continue;
    await markSummed(deps, rows, now);
    await dropNames(deps, hourId, now);
  }
  return open.length === ROWS_AT_ONCE;
}

/** False when another process has just added some of them: then the next look tells which. */
export async function addToHour(
  { deliveryHours }: Pick<SumDeps, 'deliveryHours'>,
  hourId: string,
  rows: readonly CountedTransitions[],
): Promise<boolean> {
  const there = await deliveryHours.findById(hourId, { summed: 1 }).lean<{ summed: string[] }>();
  const known = new Set(there?.summed ?? []);
  const fresh = rows.filter(({ key }) => !known.has(key));
  const [first] = fresh;
  if (!first) return true;
  const sums: Counts = {};
  const add = (path: string, counts: Counts) => {
    for (const [what, count] of Object.entries(counts))
      sums[`${path}.${what}`] = (sums[`${path}.${what}`] ?? 0) + count;
  };
  for (const { counts, templates = {} } of fresh) {
    add('counts', counts);
    for (const [key, ofTemplate] of Object.entries(templates)) add(`templates.${key}`, ofTemplate);
  }
  const { companyId, communityId, hour } = first;
  const keys = fresh.map(({ key }) => key);
  try {
    await deliveryHours.collection.updateOne(
      { _id: hourId as never, summed: { $nin: keys } as never },
      {
        $inc: sums,
        $push: { summed: { $each: keys } } as never,
        $setOnInsert: { companyId, communityId, hour },
      },
      { upsert: true },
    );
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

export async function markSummed(
  { deliveryCounted }: Pick<SumDeps, 'deliveryCounted'>,
  rows: readonly Pick<CountedTransitions, '_id'>[],
  now: Date,
): Promise<void> {
  await deliveryCounted.collection.updateMany(
    { _id: { $in: rows.map(({ _id }) => _id) as never }, openSince: { $exists: true } },
    { $unset: { openSince: '' }, $set: { summedAt: now } },
  );
}

async function dropNames(
  { deliveryHours, deliveryCounted }: SumDeps,
  hourId: string,
  now: Date,
): Promise<void> {
  const hour = await deliveryHours.findById(hourId, { summed: 1 }).lean<{ summed: string[] }>();
  if (!hour || hour.summed.length === 0) return;
  const marked = await deliveryCounted
    .find(
      {
        _id: { $in: hour.summed.map((key) => `${hourId}.${key}`) },
        summedAt: { $lte: new Date(now.getTime() - NAMES_KEPT_MS) },
      },
      { key: 1 },
    )
    .lean<Pick<CountedTransitions, '_id' | 'key'>[]>();
  if (marked.length === 0) return;
  await deliveryHours.updateOne(
    { _id: hourId },
    { $pull: { summed: { $in: marked.map(({ key }) => key) } } as never },
  );
}

/** Forgets rows whose moves nobody is still to be told of; returns how many were looked at. */
export async function forgetCounted(deps: SumDeps, now = new Date()): Promise<number> {
  const { deliveryCounted, deliveryHours, openTransitions } = deps;
  const old = await deliveryCounted
    .find({ summedAt: { $lte: new Date(now.getTime() - COUNTED_KEPT_MS) } })
    .sort({ summedAt: 1 })
    .limit(ROWS_AT_ONCE)
    .lean<CountedTransitions[]>();
  if (old.length === 0) return 0;
  const unfollowed = await openTransitions
    .find({ dueAt: { $gt: new Date(0) } }, { messageIds: 1 })
    .limit(OPEN_MAX)
    .lean<Pick<OpenTransitions, 'messageIds'>[]>();
  if (unfollowed.length === OPEN_MAX) return 0;
  const waiting = new Set(unfollowed.flatMap(({ messageIds }) => messageIds.map(String)));
  const mayBeTold = ({ messageIds }: CountedTransitions) =>
    messageIds.some((id) => waiting.has(id.toHexString()));
  const idsOf = (rows: CountedTransitions[]) => rows.map(({ _id }) => _id);
  const kept = old.filter(mayBeTold);
  if (kept.length > 0)
    await deliveryCounted.updateMany({ _id: { $in: idsOf(kept) } }, { $set: { summedAt: now } });
  const over = old.filter((row) => !mayBeTold(row));
  // The names first: what a crash leaves is found again by its row.
  for (const [hourId, rows] of groupByHour(over))
    await deliveryHours.updateOne(
      { _id: hourId },
      { $pull: { summed: { $in: rows.map(({ key }) => key) } } as never },
    );
  await deliveryCounted.deleteMany({ _id: { $in: idsOf(over) } });
  return old.length;
}

function groupByHour(rows: readonly CountedTransitions[]): Map<string, CountedTransitions[]> {
  const byHour = new Map<string, CountedTransitions[]>();
  for (const row of rows) {
    const id = hourIdOf(row);
    const group = byHour.get(id);
    if (group) group.push(row);
    else byHour.set(id, [row]);
  }
  return byHour;
}

const SUM_EVERY_MS = 1_000;
const FORGET_EVERY_MS = 60_000;

/** Sums until it is stopped; what failed is done at the next look. Every process may run one. */
export function startSumming(deps: SumDeps & { logger: Logger }): { stop(): Promise<void> } {
  const { logger } = deps;
  const summing = startDueLoop({
    look: async (): Promise<NextLook> => ((await sumOpen(deps)) ? 'again' : undefined),
    pollMs: SUM_EVERY_MS,
    logFailure: (error) => logger.warn({ err: error }, 'deliveries are summed later'),
  });
  const forgetting = startDueLoop({
    look: async (): Promise<NextLook> => ((await forgetCounted(deps)) === ROWS_AT_ONCE ? 'again' : undefined),
    pollMs: FORGET_EVERY_MS,
    retryMs: SUM_EVERY_MS,
    firstLook: 'afterPoll',
    logFailure: (error) => logger.warn({ err: error }, 'counted moves are forgotten later'),
  });
  return {
    async stop() {
      await Promise.all([summing.stop(), forgetting.stop()]);
    },
  };
}
