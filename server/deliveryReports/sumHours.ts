/**
 * Adds counted transitions to the sums of hours and days, and deletes a counted document once none of its transitions can be
 * reported again. Each step is one atomic write, safe to repeat by any process after any crash: a sum names the
 * documents it includes until they are marked, and adds none twice.
 */

import type { Model } from 'mongoose';
import type { Logger } from '../observability/logger.ts';
import type { OpenTransitions } from '../serviceMessages/statuses/openTransitions.model.ts';
import { isDuplicateKey } from '../storage/database.ts';
import { currentTime } from '../work/clock.ts';
import { type NextLook, startDueLoop } from '../work/dueLoop.ts';
import {
  type CountedTransitions,
  type Counts,
  type DeliveryCountModels,
  type DeliveryHour,
  hourIdOf,
} from './deliveryCounts.model.ts';
import { type SumPlace, sumPlacesOf } from './sumPlaces.ts';

export interface SumDeps extends DeliveryCountModels {
  openTransitions: Model<OpenTransitions>;
}

const ROWS_AT_ONCE = 500;
/** A reader reads counted documents, then sums. A sum drops its names only when no reader can be between the two. */
export const NAMES_KEPT_MS = 10_000;
/**
 * A process reports a transition that it holds in memory within this time. If it stopped for longer while another
 * process reported the same transition, the transition could be counted twice.
 */
export const COUNTED_KEPT_MS = 15 * 60_000;
/** While this many writes have pending effects, no counted document is deleted. */
const OPEN_MAX = 500;

/** One step, safe to repeat; true while there is more to sum. */
export async function sumOpen(deps: SumDeps, now = currentTime()): Promise<boolean> {
  const open = await deps.deliveryCounted
    .find({ openSince: { $gt: new Date(0) } }, { messageIds: 0 })
    .sort({ openSince: 1 })
    .limit(ROWS_AT_ONCE)
    .lean<CountedTransitions[]>();
  for (const rows of groupByHour(open)) {
    if (!(await addToSums(deps, rows))) continue;
    await markSummed(deps, rows, now);
    for (const place of sumPlacesOf(deps, rows[0]!)) await dropNames(deps, place, now);
  }
  return open.length === ROWS_AT_ONCE;
}

/** @param rows of one hour. False when another process has just added some of them; the next step reads which. */
export async function addToSums(
  deps: Pick<SumDeps, 'deliveryHours' | 'deliveryDays'>,
  rows: readonly CountedTransitions[],
): Promise<boolean> {
  for (const place of sumPlacesOf(deps, rows[0]!)) if (!(await addTo(place, rows))) return false;
  return true;
}

async function addTo(
  { model, id, fields, nameOf }: SumPlace,
  rows: readonly CountedTransitions[],
): Promise<boolean> {
  const sum = model as Model<DeliveryHour>;
  const stored = await sum.findById(id, { summed: 1 }).lean<{ summed: string[] }>();
  const summed = new Set(stored?.summed ?? []);
  const fresh = rows.filter((row) => !summed.has(nameOf(row)));
  if (fresh.length === 0) return true;
  const sums: Counts = {};
  const add = (path: string, counts: Counts) => {
    for (const [key, count] of Object.entries(counts))
      sums[`${path}.${key}`] = (sums[`${path}.${key}`] ?? 0) + count;
  };
  for (const { counts, templates = {} } of fresh) {
    add('counts', counts);
    for (const [key, ofTemplate] of Object.entries(templates)) add(`templates.${key}`, ofTemplate);
  }
  const names = fresh.map(nameOf);
  try {
    await sum.collection.updateOne(
      { _id: id as never, summed: { $nin: names } as never },
      { $inc: sums, $push: { summed: { $each: names } } as never, $setOnInsert: fields },
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

async function dropNames({ deliveryCounted }: SumDeps, place: SumPlace, now: Date): Promise<void> {
  const sums = place.model as Model<DeliveryHour>;
  const sum = await sums.findById(place.id, { summed: 1 }).lean<{ summed: string[] }>();
  if (!sum || sum.summed.length === 0) return;
  const nameOf = new Map(sum.summed.map((name) => [place.countedIdOf(name), name]));
  const marked = await deliveryCounted
    .find(
      { _id: { $in: [...nameOf.keys()] }, summedAt: { $lte: new Date(now.getTime() - NAMES_KEPT_MS) } },
      { _id: 1 },
    )
    .lean<Pick<CountedTransitions, '_id'>[]>();
  if (marked.length === 0) return;
  await pullNames(
    place,
    marked.map(({ _id }) => nameOf.get(_id)!),
  );
}

async function pullNames({ model, id }: SumPlace, names: readonly string[]): Promise<void> {
  await (model as Model<DeliveryHour>).updateOne({ _id: id }, { $pull: { summed: { $in: names } } as never });
}

/** Deletes counted documents whose transitions will not be reported again; returns how many were examined. */
export async function forgetCounted(deps: SumDeps, now = currentTime()): Promise<number> {
  const { deliveryCounted, openTransitions } = deps;
  const old = await deliveryCounted
    .find({ summedAt: { $lte: new Date(now.getTime() - COUNTED_KEPT_MS) } })
    .sort({ summedAt: 1 })
    .limit(ROWS_AT_ONCE)
    .lean<CountedTransitions[]>();
  if (old.length === 0) return 0;
  const pending = await openTransitions
    .find({ dueAt: { $gt: new Date(0) } }, { messageIds: 1 })
    .limit(OPEN_MAX)
    .lean<Pick<OpenTransitions, 'messageIds'>[]>();
  if (pending.length === OPEN_MAX) return 0;
  const pendingIds = new Set(pending.flatMap(({ messageIds }) => messageIds.map(String)));
  const mayBeReported = ({ messageIds }: CountedTransitions) =>
    messageIds.some((id) => pendingIds.has(id.toHexString()));
  const idsOf = (rows: CountedTransitions[]) => rows.map(({ _id }) => _id);
  const kept = old.filter(mayBeReported);
  if (kept.length > 0)
    await deliveryCounted.updateMany({ _id: { $in: idsOf(kept) } }, { $set: { summedAt: now } });
  const deletable = old.filter((row) => !mayBeReported(row));
  // The names first: after a crash the counted document still leads to them.
  for (const rows of groupByHour(deletable))
    for (const place of sumPlacesOf(deps, rows[0]!)) await pullNames(place, rows.map(place.nameOf));
  await deliveryCounted.deleteMany({ _id: { $in: idsOf(deletable) } });
  return old.length;
}

function groupByHour(rows: readonly CountedTransitions[]): CountedTransitions[][] {
  const byHour = new Map<string, CountedTransitions[]>();
  for (const row of rows) {
    const id = hourIdOf(row);
    const group = byHour.get(id);
    if (group) group.push(row);
    else byHour.set(id, [row]);
  }
  return [...byHour.values()];
}

const SUM_EVERY_MS = 1_000;
const FORGET_EVERY_MS = 60_000;

/** Sums until stopped; a failed step is retried at the next poll. Every process may run it. */
export function startSumming(deps: SumDeps & { logger: Logger }): { stop(): Promise<void> } {
  const { logger } = deps;
  const summing = startDueLoop({
    look: async (): Promise<NextLook> => ((await sumOpen(deps)) ? 'again' : undefined),
    pollMs: SUM_EVERY_MS,
    logFailure: (error) => logger.warn({ err: error }, 'summing deliveries failed; it is retried'),
  });
  const forgetting = startDueLoop({
    look: async (): Promise<NextLook> => ((await forgetCounted(deps)) === ROWS_AT_ONCE ? 'again' : undefined),
    pollMs: FORGET_EVERY_MS,
    retryMs: SUM_EVERY_MS,
    firstLook: 'afterPoll',
    logFailure: (error) => logger.warn({ err: error }, 'deleting counted transitions failed; it is retried'),
  });
  return {
    async stop() {
      await Promise.all([summing.stop(), forgetting.stop()]);
    },
  };
}
