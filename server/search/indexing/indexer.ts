/**
 * Keeps the search index up to date, off the path of messages. One process at a time holds the lease and writes; when
 * it dies, another goes on where the stored state says. A step stores its segment first and its progress second, so a
 * crash repeats a step, and a search sees a repeated row once.
 */
import type { Model, Types } from 'mongoose';
import type { Conversation } from '../../conversations/conversation.model.ts';
import { clearSearchDue, findSearchDue, pageThreads } from '../../conversations/list/searchDue.ts';
import type { Logger } from '../../observability/logger.ts';
import { upserting } from '../../storage/upserting.ts';
import { currentTime } from '../../work/clock.ts';
import { type DueLoop, startDueLoop } from '../../work/dueLoop.ts';
import { keepRenewing, leaseIn } from '../../work/lease.ts';
import type { SearchRemoval, SearchState } from '../searchState.model.ts';
import { buildSegment } from '../segments/buildSegment.ts';
import { mergeSegments } from '../segments/merge.ts';
import type { PageReader } from '../segments/pageReader.ts';
import type { SearchModels } from '../segments/segment.model.ts';
import { deleteSegments, deleteUnfinished, findMerge, type SegmentList } from '../segments/segmentList.ts';
import { type ReadThreadsDeps, readThreads, type ThreadPart } from './readThreads.ts';
import { removeErased } from './removeErased.ts';

export interface IndexerTiming {
  pollMs: number;
  leaseMs: number;
  /** How long erased content may wait, so that several erasures share one rewriting of the large segments. */
  erasedWithinMs: number;
}

export const usualIndexerTiming: IndexerTiming = {
  pollMs: 500,
  leaseMs: 20_000,
  erasedWithinMs: 10 * 60_000,
};

export interface IndexerDeps extends ReadThreadsDeps {
  companyId: Types.ObjectId;
  processId: string;
  conversations: Model<Conversation>;
  searchStates: Model<SearchState>;
  searchRemovals: Model<SearchRemoval>;
  models: SearchModels;
  segmentList: SegmentList;
  pages: PageReader;
  timing: IndexerTiming;
  logger: Logger;
}

const THREADS_AT_ONCE = 200;
const ENTRIES_AT_ONCE = 2_000;

const lease = leaseIn('lease');

export function startIndexer(deps: IndexerDeps): DueLoop {
  const { companyId, processId, searchStates, timing, logger } = deps;
  let hasCleared = false;

  async function look(stopping: AbortSignal): Promise<'again' | undefined> {
    const state = await claim();
    if (!state) {
      hasCleared = false;
      return undefined;
    }
    const working = new AbortController();
    const renewing = keepRenewing({
      everyMs: timing.leaseMs / 4,
      async renew() {
        const { filter, set } = lease.renew(processId, timing.leaseMs);
        const { matchedCount } = await searchStates.updateOne({ _id: companyId, ...filter }, { $set: set });
        return matchedCount === 1;
      },
      lost: () => working.abort(),
      logFailure: (err) => logger.warn({ err }, "the search indexer's lease was not renewed"),
    });
    const signal = AbortSignal.any([stopping, working.signal]);
    try {
      if (!hasCleared) await deleteUnfinished(deps.models, companyId);
      hasCleared = true;
      return (await step(deps, state, signal)) && !signal.aborted ? 'again' : undefined;
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    } finally {
      await renewing.stop();
    }
  }

  async function claim(): Promise<SearchState | null> {
    const { filter, set } = lease.claim(processId, timing.leaseMs);
    const claimed = await searchStates
      .findOneAndUpdate({ _id: companyId, ...filter }, { $set: set }, { returnDocument: 'after' })
      .lean<SearchState>();
    if (claimed || (await searchStates.exists({ _id: companyId }))) return claimed;
    const initial = {
      lease: null,
      generation: null,
      building: { generation: 1, after: null, threads: 0, startedAt: currentTime() },
      caughtUpAt: null,
    };
    await upserting(() =>
      searchStates.updateOne({ _id: companyId }, { $setOnInsert: initial }, { upsert: true }),
    );
    return null;
  }

  const loop = startDueLoop({
    look,
    pollMs: timing.pollMs,
    retryMs: 5_000,
    logFailure: (err) => logger.warn({ err }, 'indexing for the search failed; it runs again'),
  });
  return {
    ...loop,
    async stop() {
      await loop.stop();
      const { filter, set } = lease.release(processId);
      try {
        await searchStates.updateOne({ _id: companyId, ...filter }, { $set: set });
      } catch (err) {
        logger.warn({ err }, "the search indexer's lease was not released; it runs out by itself");
      }
    },
  };
}

/** One step of each kind of work. @returns whether there may be more. */
async function step(deps: IndexerDeps, state: SearchState, stopping: AbortSignal): Promise<boolean> {
  const followed = await follow(deps, state);
  const built = !stopping.aborted && (await build(deps, state));
  const merged = !stopping.aborted && (await merge(deps, state, stopping));
  const removed = !stopping.aborted && (await remove(deps, state, stopping));
  return followed || built || merged || removed;
}

const generationsOf = ({ generation, building }: SearchState): number[] =>
  [generation, building?.generation].filter((each) => each !== null && each !== undefined);

/**
 * Indexes what changed in threads since they were read. The next look comes after a pause, so that a busy desk makes
 * two segments a second, not one for each message. @returns whether more threads wait than were read.
 */
async function follow(deps: IndexerDeps, state: SearchState): Promise<boolean> {
  const { conversations, companyId, searchStates } = deps;
  const lookedAt = currentTime();
  const due = await findSearchDue(conversations, companyId, THREADS_AT_ONCE);
  const parts = due.map((conversation) => ({ conversation, fromSeq: conversation.searchFrom ?? 1 }));
  if (due.length > 0)
    await index(deps, parts, generationsOf(state), (done) => clearSearchDue(conversations, done));
  if (due.length === THREADS_AT_ONCE) return true;
  await searchStates.updateOne({ _id: companyId }, { $set: { caughtUpAt: lookedAt } });
  return false;
}

/** Indexes the next threads of an index that is built anew. The last step puts it into use. */
async function build(deps: IndexerDeps, state: SearchState): Promise<boolean> {
  const { building } = state;
  if (!building) return false;
  const { conversations, companyId, searchStates } = deps;
  const threads = await pageThreads(conversations, companyId, {
    after: building.after,
    limit: THREADS_AT_ONCE,
  });
  const own = { _id: companyId, 'building.generation': building.generation };
  if (threads.length === 0) {
    await searchStates.updateOne(own, { $set: { generation: building.generation, building: null } });
    await deleteOtherGenerations(deps, building.generation);
    return true;
  }
  const parts = threads.map((conversation) => ({ conversation, fromSeq: 1 }));
  await index(deps, parts, [building.generation], async () => undefined);
  await searchStates.updateOne(own, {
    $set: { 'building.after': threads.at(-1)!._id, 'building.threads': building.threads + threads.length },
  });
  return true;
}

async function index(
  deps: IndexerDeps,
  parts: ThreadPart[],
  generations: number[],
  finish: (done: Conversation[]) => Promise<void>,
): Promise<void> {
  const { companyId, models, searchRemovals } = deps;
  for await (const { entries, erasedIn, done } of readThreads(deps, parts, ENTRIES_AT_ONCE)) {
    await buildSegment(models, { companyId, generations }, entries);
    const askedAt = currentTime();
    for (const _id of erasedIn)
      await upserting(() =>
        searchRemovals.updateOne({ _id }, { $set: { companyId, askedAt } }, { upsert: true }),
      );
    await finish(done);
  }
}

async function merge(deps: IndexerDeps, state: SearchState, stopping: AbortSignal): Promise<boolean> {
  const { companyId, models, pages, segmentList } = deps;
  for (const generation of generationsOf(state)) {
    const sources = findMerge(await segmentList.live(companyId, generation));
    if (!sources) continue;
    await mergeSegments(
      { models, pages, stopping },
      { companyId, generations: sources[0]!.generations, sources },
    );
    await deleteSegments(
      models,
      sources.map(({ _id }) => _id),
    );
    return true;
  }
  return false;
}

async function remove(deps: IndexerDeps, state: SearchState, stopping: AbortSignal): Promise<boolean> {
  const { companyId, segmentList, timing } = deps;
  const before = new Date(currentTime().getTime() - timing.erasedWithinMs);
  const segments = async () => {
    const lists = await Promise.all(
      generationsOf(state).map((generation) => segmentList.live(companyId, generation)),
    );
    return [...new Map(lists.flat().map((segment) => [segment._id.toHexString(), segment])).values()];
  };
  return removeErased({ ...deps, stopping, segments }, { companyId, before });
}

async function deleteOtherGenerations({ models, companyId }: IndexerDeps, generation: number): Promise<void> {
  const others = await models.searchSegments
    .find({ companyId, generations: { $ne: generation } }, { _id: 1 })
    .lean<{ _id: Types.ObjectId }[]>();
  await deleteSegments(
    models,
    others.map(({ _id }) => _id),
  );
  await models.searchSegments.updateMany({ companyId }, { $set: { generations: [generation] } });
}
