/** Answers and service messages that were not handed to their network yet, by community. */
import type { Model, Types } from 'mongoose';
import { wallLimits } from '../../shared/schemas/wall.ts';
import type { Message } from '../conversations/message.model.ts';
import type { ServiceMessage } from '../serviceMessages/serviceMessage.model.ts';
import { currentTimeMs } from '../work/clock.ts';

/** Longer than any pause after a failed call: what waits for its next try is in the queue, what has a later time is not. */
const AHEAD_MS = 5 * 60_000;
/** A range, because it makes both stores use the index. */
const known = { $gt: new Date(0) };

/** The outbox holds only what waits, and people write it by hand: it is short. */
export const queuedAnswersIn = (communityIds: readonly Types.ObjectId[]) => ({
  'outbox.dueAt': known,
  communityId: { $in: communityIds },
});

/** Counted in the index alone. */
export const queuedServiceMessagesIn = (communityId: Types.ObjectId) => ({
  communityId,
  'outbox.dueAt': { ...known, $lte: new Date(currentTimeMs() + AHEAD_MS) },
});

export async function readQueuedAnswers(
  messages: Model<Message>,
  communityIds: readonly Types.ObjectId[],
): Promise<Map<string, number>> {
  const queued = await messages
    .find(queuedAnswersIn(communityIds) as never, { communityId: 1 })
    .hint({ 'outbox.dueAt': 1 })
    .limit(wallLimits.queue)
    .lean<Pick<Message, 'communityId'>[]>();
  const counts = new Map<string, number>();
  for (const { communityId } of queued) {
    const id = String(communityId);
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

export async function readQueuedServiceMessages(
  serviceMessages: Model<ServiceMessage>,
  communityIds: readonly Types.ObjectId[],
): Promise<Map<string, number>> {
  const counts = await Promise.all(
    communityIds.map(async (communityId) => {
      const filter = queuedServiceMessagesIn(communityId) as never;
      const count = await serviceMessages.countDocuments(filter, { limit: wallLimits.queue });
      return [communityId.toHexString(), count] as const;
    }),
  );
  return new Map(counts);
}
