/**
 * Figures that only the store knows, counted when somebody reads `/metrics`, and at most every few seconds however
 * many do. Each count is bounded: it costs the same whatever has piled up.
 */
import type { Model } from 'mongoose';
import type { Community } from '../communities/community.model.ts';
import type { Message } from '../conversations/message.model.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';

export interface StoreStatsDeps {
  metrics: Pick<Metrics, 'messagesQueued' | 'communitiesByState'>;
  messages: Model<Message>;
  communities: Model<Community>;
  logger: Logger;
}

const COUNTED_EVERY_MS = 5_000;
/** Said in the metric's help: more than this shows as this. */
const QUEUED_COUNTED_MAX = 10_000;

/** A range, because it is what makes both stores walk the outbox's own index. */
export const queuedMessages = { 'outbox.dueAt': { $gt: new Date(0) } };

/** Resolves when the figures are fresh enough; while the store is away they stay what they were. */
export function createStoreStats(deps: StoreStatsDeps): () => Promise<void> {
  let counting: Promise<void> = Promise.resolve();
  let countedAtMs = Number.NEGATIVE_INFINITY;
  return () => {
    if (performance.now() - countedAtMs < COUNTED_EVERY_MS) return counting;
    countedAtMs = performance.now();
    counting = count(deps).catch((error: unknown) => {
      deps.logger.warn({ err: error }, 'the figures of the store could not be counted');
    });
    return counting;
  };
}

async function count({ metrics, messages, communities }: StoreStatsDeps): Promise<void> {
  const [queued, states] = await Promise.all([
    messages.countDocuments(queuedMessages, { limit: QUEUED_COUNTED_MAX }),
    communities.find({}, { network: 1, 'connection.state': 1 }).lean<Community[]>(),
  ]);
  metrics.messagesQueued.set(queued);
  metrics.communitiesByState.reset();
  for (const { network, connection } of states)
    metrics.communitiesByState.inc({ network, state: connection.state });
}
