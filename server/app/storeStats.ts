/**
 * Statistics that only the store knows. They are counted when a client reads `/metrics`, at most once every few
 * seconds. Each count is bounded, so its cost does not grow with the backlog.
 */
import type { Model, Types } from 'mongoose';
import type { Network } from '../../shared/schemas/common.ts';
import type { Community } from '../communities/community.model.ts';
import type { Message } from '../conversations/message.model.ts';
import type { DeadLetter } from '../deadLetters/deadLetter.model.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { SearchState } from '../search/searchState.model.ts';
import type { OpenTransitions } from '../serviceMessages/statuses/openTransitions.model.ts';
import { currentTimeMs } from '../work/clock.ts';

export interface StoreStatsDeps {
  companyId: Types.ObjectId;
  metrics: Pick<
    Metrics,
    'messagesQueued' | 'communitiesByState' | 'deadLetters' | 'searchLag' | 'statusEffectsFailing'
  >;
  messages: Model<Message>;
  communities: Model<Community>;
  deadLetters: Model<DeadLetter>;
  searchStates: Model<SearchState>;
  openTransitions: Model<OpenTransitions>;
  logger: Logger;
}

const COUNTED_EVERY_MS = 5_000;
/** Stated in the metric's help: a larger count shows as this. */
const QUEUED_COUNTED_MAX = 10_000;

/** Also in the metric's help. */
const FAILING_COUNTED_MAX = 1_000;

/** The first failures may pass; more are an operator's business. By the index of rows that failed. */
export const failingEffects = { failures: { $gte: 3 } };

/** A range, because it makes both stores use the index of the outbox. */
export const queuedMessages = { 'outbox.dueAt': { $gt: new Date(0) } };

/** Resolves when the statistics are fresh enough; while the store is away they keep their values. */
export function createStoreStats(deps: StoreStatsDeps): () => Promise<void> {
  let counting: Promise<void> = Promise.resolve();
  let countedAtMs = Number.NEGATIVE_INFINITY;
  return () => {
    if (performance.now() - countedAtMs < COUNTED_EVERY_MS) return counting;
    countedAtMs = performance.now();
    counting = count(deps).catch((error: unknown) => {
      deps.logger.warn({ err: error }, 'the statistics of the store could not be counted');
    });
    return counting;
  };
}

async function count(deps: StoreStatsDeps): Promise<void> {
  const { companyId, metrics, messages, communities, deadLetters, searchStates, openTransitions } = deps;
  // The company is the beginning of the index. Each community has a bounded number of letters.
  const lettersOf = (network: Network) => deadLetters.countDocuments({ companyId, network });
  const [queued, states, vkLetters, okLetters, search, failing] = await Promise.all([
    messages.countDocuments(queuedMessages, { limit: QUEUED_COUNTED_MAX }),
    communities.find({}, { network: 1, 'connection.state': 1 }).lean<Community[]>(),
    lettersOf('vk'),
    lettersOf('ok'),
    searchStates.findById(companyId, { caughtUpAt: 1 }).lean<Pick<SearchState, 'caughtUpAt'>>(),
    openTransitions.countDocuments(failingEffects, { limit: FAILING_COUNTED_MAX }),
  ]);
  if (search?.caughtUpAt) metrics.searchLag.set((currentTimeMs() - search.caughtUpAt.getTime()) / 1000);
  metrics.messagesQueued.set(queued);
  metrics.statusEffectsFailing.set(failing);
  metrics.deadLetters.set({ network: 'vk' }, vkLetters);
  metrics.deadLetters.set({ network: 'ok' }, okLetters);
  metrics.communitiesByState.reset();
  for (const { network, connection } of states)
    metrics.communitiesByState.inc({ network, state: connection.state });
}
