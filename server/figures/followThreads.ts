/**
 * Keeps the figures up to date, off the path of messages. One process at a time has the lease, so that work is not done
 * twice; that nothing is counted twice is held by the numbers of steps (`steps.ts`), also when two believe to have it.
 */
import { createHash } from 'node:crypto';
import type { Model, Types } from 'mongoose';
import type { Company } from '../companies/company.model.ts';
import { calendarSettingsOf, workingTimeOf } from '../companies/workingTime.ts';
import type { Conversation } from '../conversations/conversation.model.ts';
import { findMarked, pageThreads, unmark } from '../conversations/list/threadMarks.ts';
import type { Logger } from '../observability/logger.ts';
import { isolated } from '../storage/isolate.ts';
import { upserting } from '../storage/upserting.ts';
import { currentTime } from '../work/clock.ts';
import { type DueLoop, startDueLoop } from '../work/dueLoop.ts';
import { leaseIn } from '../work/lease.ts';
import { buildSpans } from './buildSpans.ts';
import { type CountDeps, countThread, type WorkingSettings, waitOf } from './countThread.ts';
import {
  type FigureModels,
  type FigureState,
  type Journal,
  noSpans,
  type ThreadPart,
} from './figures.model.ts';
import { lateSums } from './spans.ts';
import { type CountedConversation, sumOf } from './stepSums.ts';
import { type StateChange, takeStep, writeJournal } from './steps.ts';

export interface FigureTiming {
  pollMs: number;
  leaseMs: number;
}

export const usualFigureTiming: FigureTiming = { pollMs: 500, leaseMs: 20_000 };

export interface FollowDeps extends CountDeps, FigureModels {
  companyId: Types.ObjectId;
  companies: Model<Company>;
  conversations: Model<Conversation>;
  logger: Logger;
}

export interface FollowerDeps extends FollowDeps {
  processId: string;
  timing: FigureTiming;
}

const THREADS_AT_ONCE = 100;
const WAITS_AT_ONCE = 200;
/** A step is one document, and a part takes some kilobytes of it. */
const PARTS_AT_ONCE = 500;
const PARTS_MOST = 2_000;
/** The time that reports show is older by so much at most. */
const CAUGHT_UP_EVERY_MS = 2_000;

const lease = leaseIn('lease');

export function startFollowing(deps: FollowerDeps): DueLoop {
  const { companyId, processId, figureStates, timing, logger } = deps;
  /** By this process's own clock. The lease is not renewed at every look: an idle desk should not write all the time. */
  let renewAtMs = 0;

  async function hasLease(): Promise<boolean> {
    const nowMs = performance.now();
    if (nowMs < renewAtMs) return true;
    const { filter, set } = lease.claim(processId, timing.leaseMs);
    const { matchedCount } = await figureStates.updateOne({ _id: companyId, ...filter }, { $set: set });
    renewAtMs = matchedCount === 1 ? nowMs + timing.leaseMs / 4 : 0;
    return matchedCount === 1;
  }

  const loop = startDueLoop({
    async look() {
      if (await hasLease()) return (await followOnce(deps)) ? 'again' : undefined;
      await ensureState(deps);
      return undefined;
    },
    pollMs: timing.pollMs,
    retryMs: 5_000,
    logFailure: (err) => logger.warn({ err }, 'counting for the reports failed; it runs again'),
  });
  return {
    ...loop,
    async stop() {
      await loop.stop();
      const { filter, set } = lease.release(processId);
      try {
        await figureStates.updateOne({ _id: companyId, ...filter }, { $set: set });
      } catch (err) {
        logger.warn({ err }, 'the lease of the figures was not released; it runs out by itself');
      }
    },
  };
}

async function ensureState({ figureStates, companyId }: FollowDeps): Promise<void> {
  const initial: Omit<FigureState, '_id'> = {
    lease: null,
    step: 0,
    journal: null,
    backfill: { after: null },
    settings: '',
    spans: noSpans,
    caughtUpAt: null,
  };
  await upserting(() =>
    figureStates.updateOne({ _id: companyId }, { $setOnInsert: initial }, { upsert: true }),
  );
}

/**
 * One look, safe to repeat and to race. A thread that changes all the time is counted once a look, not without a pause.
 * @returns whether more waits than was done.
 */
export async function followOnce(deps: FollowDeps): Promise<boolean> {
  const { companyId, figureStates, conversations } = deps;
  const lookedAt = currentTime();
  let state = await figureStates.findById(companyId).lean<FigureState>();
  if (!state) {
    await ensureState(deps);
    return true;
  }
  // The process that took the last step may have died in it.
  if (state.journal) await writeJournal(deps, state.step, state.journal);
  const settings = await readSettings(deps);
  const due = await findMarked(conversations, companyId, 'figuresFrom', THREADS_AT_ONCE);
  if (due.length > 0) {
    const { counted, broken, isWhole } = await countAll(deps, due, settings);
    if (!(await writeStep(deps, state, counted))) return true;
    await unmark(conversations, 'figuresFrom', [
      ...counted.map(({ conversation, caseWaitedMs }) => ({ conversation, set: { caseWaitedMs } })),
      ...broken.map((conversation) => ({ conversation })),
    ]);
    if (!isWhole || due.length === THREADS_AT_ONCE) return true;
    const after: FigureState = await figureStates.findById(companyId).orFail().lean<FigureState>();
    // Another process has taken a step, and may not have written it: the next look writes it first.
    if (after.step !== state.step + 1) return true;
    state = after;
  }
  if (state.backfill) return backfill(deps, state, state.backfill, settings);
  if (state.settings !== settings.digest) return moveWaits(deps, state, settings);
  if (await buildSpans(deps, state, settings.timeZone)) return true;
  const { caughtUpAt } = state;
  if (!caughtUpAt || lookedAt.getTime() - caughtUpAt.getTime() >= CAUGHT_UP_EVERY_MS)
    await figureStates.updateOne({ _id: companyId }, { $set: { caughtUpAt: lookedAt } });
  return false;
}

interface CountedThreads {
  counted: CountedConversation[];
  /** They cannot be counted, for reasons of their own, and stop no other. Their next message tries again. */
  broken: Conversation[];
  /** The last thread that is in either of them; null when there was none. */
  last: Conversation | null;
  /** False when the step would grow too large: the rest is for the next one. */
  isWhole: boolean;
}

async function countAll(
  deps: FollowDeps,
  threads: readonly Conversation[],
  settings: WorkingSettings,
): Promise<CountedThreads> {
  const all: CountedThreads = { counted: [], broken: [], last: null, isWhole: true };
  let parts = 0;
  for (const conversation of threads) {
    if (parts >= PARTS_AT_ONCE) return { ...all, isWhole: false };
    await isolated(
      async () => {
        const thread = await countThread(deps, conversation, conversation.figuresFrom ?? 1, settings);
        if (thread.parts.length > PARTS_MOST) throw new Error(`the thread has ${thread.parts.length} parts`);
        parts += thread.parts.length;
        all.counted.push({ conversation, ...thread });
      },
      (err) => {
        deps.logger.error({ err, conversationId: conversation._id }, 'a thread could not be counted');
        all.broken.push(conversation);
      },
    );
    all.last = conversation;
  }
  return all;
}

async function writeStep(
  deps: FollowDeps,
  { step, spans = noSpans }: FigureState,
  counted: readonly CountedConversation[],
  change: StateChange = {},
): Promise<boolean> {
  const hours = sumOf(deps.companyId, counted);
  const journal: Journal = {
    parts: counted.flatMap(({ parts }) => parts),
    hours,
    spans: lateSums(hours, spans),
  };
  if (!(await takeStep(deps, deps.companyId, step + 1, journal, change))) return false;
  await writeJournal(deps, step + 1, journal);
  return true;
}

/** Counts the threads that are older than the figures. A thread that was counted meanwhile adds nothing. */
async function backfill(
  deps: FollowDeps,
  state: FigureState,
  { after }: NonNullable<FigureState['backfill']>,
  settings: WorkingSettings,
): Promise<boolean> {
  const threads = await pageThreads(deps.conversations, deps.companyId, { after, limit: THREADS_AT_ONCE });
  const { counted, last } = await countAll(deps, threads, settings);
  await writeStep(deps, state, counted, { backfill: last ? { after: last._id } : null });
  return true;
}

/** After a change of the calendar or of targets: what is open gets its new time, what is over stays. */
async function moveWaits(deps: FollowDeps, state: FigureState, settings: WorkingSettings): Promise<boolean> {
  const waiting = await deps.threadParts
    .find({
      companyId: deps.companyId,
      waitingSince: { $gt: new Date(0) },
      settings: { $ne: settings.digest },
    })
    .limit(WAITS_AT_ONCE)
    .lean<ThreadPart[]>();
  const parts = waiting.map(({ step: _step, ...part }) => ({ ...part, ...waitOf(part.end, part, settings) }));
  const journal: Journal = { parts, hours: [] };
  const isLast = waiting.length < WAITS_AT_ONCE;
  const change = isLast ? { settings: settings.digest } : {};
  if (await takeStep(deps, deps.companyId, state.step + 1, journal, change))
    await writeJournal(deps, state.step + 1, journal);
  return true;
}

async function readSettings({ companies, companyId }: FollowDeps): Promise<WorkingSettings> {
  const company = await companies.findById(companyId).orFail().lean<Company>();
  const stored = calendarSettingsOf(company);
  const { targets, communityTargets } = company;
  return {
    ...workingTimeOf(company),
    timeZone: stored.timeZone,
    digest: createHash('sha256')
      .update(JSON.stringify([stored, targets, communityTargets]))
      .digest('base64url')
      .slice(0, 16),
  };
}
