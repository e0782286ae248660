/** Which conversations wait in a list, for the counters beside the lists. It reads the first ones only. */
import type { Model, QueryFilter, Types } from 'mongoose';
import { limits } from '../../../shared/limits.ts';
import type { CountedQueue } from '../../../shared/schemas/conversation.ts';
import type { Conversation } from '../conversation.model.ts';

export type WaitingEntry = Pick<Conversation, '_id' | 'revision'>;

/** At most `limits.countedUpTo` conversations, the longest wait first. */
export function readQueue(
  conversations: Model<Conversation>,
  audience: QueryFilter<Conversation>,
  queue: CountedQueue,
  personId: Types.ObjectId,
): Promise<WaitingEntry[]> {
  return conversations
    .find({ $and: [audience, queueFilter(queue, personId)] }, { revision: 1 })
    .sort({ waitingSince: 1, _id: 1 })
    .limit(limits.countedUpTo)
    .lean<WaitingEntry[]>();
}

function queueFilter(queue: CountedQueue, personId: Types.ObjectId): QueryFilter<Conversation> {
  const waiting = { isResolved: false, isWaiting: true };
  switch (queue) {
    case 'waiting':
      return waiting;
    case 'mine':
      return { ...waiting, assigneeId: personId };
    case 'unassigned':
      return { ...waiting, assigneeId: null };
  }
}
