/**
 * Keeps the search index up to date, off the path of messages. One process at a time holds the lease and writes; when
 * it dies, another goes on where the stored state says. A step stores its segment first and its progress second, so a
 * crash repeats a step, and a search sees a repeated row once.
 */
import type { Model, Types } from 'mongoose';
import type { Conversation } from '../../conversations/conversation.model.ts';
import { findMarked, pageThreads, unmark } from '../../conversations/list/threadMarks.ts';
import { upserting } from '../../storage/upserting.ts';
import { currentTime } from '../../work/clock.ts';
import { type DueLoop, startDueLoop } from '../../work/dueLoop.ts';
import type { SearchRemoval, SearchState } from '../searchState.model.ts';
import { buildSegment } from '../segments/buildSegment.ts';
import { mergeSegments } from '../segments/merge.ts';
import { PageGoneError, type PageReader } from '../segments/pageReader.ts';
import type { SearchModels } from '../segments/segment.model.ts';
import { deleteSegments, deleteUnfinished, findMerge, type SegmentList } from '../segments/segmentList.ts';
import { LeaseLostError } from '../segments/segmentWriter.ts';
import { claimIndex, type HeldIndex } from './claimIndex.ts';
import { type ReadThreadsDeps, readThreads, type ThreadPart } from './readThreads.ts';
import { replaceOldFormat } from './rebuild.ts';
import { removeErased } from './removeErased.ts';

export interface IndexerTiming {
  pollMs: number;
  leaseMs: number;
  /** How long erased content may wait, so that several erasures share one rewriting of the large segments. */
  erasedWithinMs: number;
  /** How often the holder asks for erasures while nothing changes: they are rare. */
  tidyEveryMs: number;
}

export const usualIndexerTiming: IndexerTiming = {
  pollMs: 500,
  leaseMs: 20_000,
  erasedWithinMs: 10 * 60_000,
  tidyEveryMs: 5_000,
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
}

const THREADS_AT_ONCE = 200;
const ENTRIES_AT_ONCE = 2_000;

export function startIndexer(deps: IndexerDeps): DueLoop {
  const { companyId, searchStates, timing, logger } = deps;
  let held: HeldIndex | null = null;
  let tidying: Tidying = { isDue: true, doneAtMs: 0 };

  async function look(stopping: AbortSignal): Promise<'again' | undefined> {
    if (held?.isLost.aborted) held = null;
    held ??= await claim();
    if (!held) return undefined;
    const signal = AbortSignal.any([stopping, held.isLost]);
    try {
      const state = await searchStates.findById(companyId).orFail().lean<SearchState>();
      return (await step({ ...deps, held, tidying }, state, signal)) && !signal.aborted ? 'again' : undefined;
    } catch (error) {
      if (signal.aborted) return undefined;
      if (!isLostToAnother(error)) throw error;
      await held.release();
      held = null;
      return undefined;
    }
  }

  async function claim(): Promise<HeldIndex | null> {
    const claimed = await claimIndex(deps);
    if (!claimed) return null;
    try {
      // What an earlier holder left unfinished.
      await deleteUnfinished(deps.models, companyId);
      await replaceOldFormat(searchStates, companyId);
    } catch (error) {
      await claimed.release();
      throw error;
    }
    tidying = { isDue: true, doneAtMs: 0 };
    return claimed;
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
      await held?.release();
    },
  };
}

/** A page that is gone was merged by the process that holds the lease now. */
const isLostToAnother = (error: unknown): boolean =>
  error instanceof LeaseLostError || error instanceof PageGoneError;

interface StepDeps extends IndexerDeps {
  held: HeldIndex;
  tidying: Tidying;
}

/** When to look for segments to merge and for what was erased. */
interface Tidying {
  /** Something changed since a look found nothing of it. */
  isDue: boolean;
  doneAtMs: number;
}

/** One step of each kind of work. @returns whether there may be more. */
async function step(deps: StepDeps, state: SearchState, stopping: AbortSignal): Promise<boolean> {
  const { tidying, timing } = deps;
  const followed = await follow(deps, state);
  const built = !stopping.aborted && (await build(deps, state));
  const nowMs = performance.now();
  if (!tidying.isDue && nowMs - tidying.doneAtMs < timing.tidyEveryMs) return followed || built;
  tidying.doneAtMs = nowMs;
  const merged = !stopping.aborted && (await merge(deps, state, stopping));
  const removed = !stopping.aborted && (await remove(deps, state, stopping));
  tidying.isDue = merged || removed;
  return followed || built || merged || removed;
}

const generationsOf = ({ generation, building }: SearchState): number[] =>
  [generation, building?.generation].filter((each) => each !== null && each !== undefined);

/**
 * Indexes what changed in threads since they were read. The next look comes after a pause, so that a busy desk makes
 * two segments a second, not one for each message. @returns whether more threads wait than were read.
 */
async function follow(deps: StepDeps, state: SearchState): Promise<boolean> {
  const { conversations, companyId, searchStates } = deps;
  const lookedAt = currentTime();
  const due = await findMarked(conversations, companyId, 'searchFrom', THREADS_AT_ONCE);
  const parts = due.map((conversation) => ({ conversation, fromSeq: conversation.searchFrom ?? 1 }));
  if (due.length > 0) {
    await index(deps, parts, generationsOf(state), (done) =>
      unmark(
        conversations,
        'searchFrom',
        done.map((conversation) => ({ conversation })),
      ),
    );
  }
  if (due.length === THREADS_AT_ONCE) return true;
  deps.held.caughtUpAt = lookedAt;
  // Known at once the first time, then with each renewal.
  if (!state.caughtUpAt) await searchStates.updateOne({ _id: companyId }, { $set: { caughtUpAt: lookedAt } });
  return false;
}

/** Indexes the next threads of an index that is built anew. The last step puts it into use. */
async function build(deps: StepDeps, state: SearchState): Promise<boolean> {
  const { building } = state;
  if (!building) return false;
  const { conversations, companyId, searchStates } = deps;
  const threads = await pageThreads(conversations, companyId, {
    after: building.after,
    limit: THREADS_AT_ONCE,
  });
  const own = { _id: companyId, 'building.generation': building.generation };
  if (threads.length === 0) {
    await searchStates.updateOne(own, {
      $set: { generation: building.generation, format: building.format ?? 1, building: null },
    });
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
  deps: StepDeps,
  parts: ThreadPart[],
  generations: number[],
  finish: (done: Conversation[]) => Promise<void>,
): Promise<void> {
  const { companyId, models, searchRemovals, held, tidying } = deps;
  const { holdsLease } = held;
  tidying.isDue = true;
  for await (const { entries, erasedIn, done } of readThreads(deps, parts, ENTRIES_AT_ONCE)) {
    await buildSegment(models, { companyId, generations, holdsLease }, entries);
    const askedAt = currentTime();
    for (const _id of erasedIn)
      await upserting(() =>
        searchRemovals.updateOne({ _id }, { $set: { companyId, askedAt } }, { upsert: true }),
      );
    await finish(done);
  }
}

async function merge(deps: StepDeps, state: SearchState, stopping: AbortSignal): Promise<boolean> {
  const { companyId, models, pages, segmentList } = deps;
  const { holdsLease } = deps.held;
  for (const generation of generationsOf(state)) {
    const sources = findMerge(await segmentList.live(companyId, generation));
    if (!sources) continue;
    await mergeSegments(
      { models, pages, stopping },
      { companyId, holdsLease, generations: sources[0]!.generations, sources },
    );
    await deleteSegments(
      models,
      sources.map(({ _id }) => _id),
    );
    return true;
  }
  return false;
}

async function remove(deps: StepDeps, state: SearchState, stopping: AbortSignal): Promise<boolean> {
  const { companyId, segmentList, timing } = deps;
  const { holdsLease } = deps.held;
  const before = new Date(currentTime().getTime() - timing.erasedWithinMs);
  const segments = async () => {
    const lists = await Promise.all(
      generationsOf(state).map((generation) => segmentList.live(companyId, generation)),
    );
    return [...new Map(lists.flat().map((segment) => [segment._id.toHexString(), segment])).values()];
  };
  return removeErased({ ...deps, stopping, segments }, { companyId, holdsLease, before });
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
