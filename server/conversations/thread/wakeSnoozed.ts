/**
 * Ends snoozes at their time. The end is a line of the thread, as every other change: the conversation returns to the
 * lists, on top and unread. Any number of processes may do it at once: each snooze ends once.
 */
import type { Model } from 'mongoose';
import { currentTime } from '../../work/clock.ts';
import type { Conversation } from '../conversation.model.ts';
import { systemDraft, type Thread } from './thread.ts';

export interface WakeDeps {
  conversations: Model<Conversation>;
  thread: Pick<Thread, 'appendIf'>;
}

/** A range instead of `$exists` lets both stores walk the index of snoozed conversations alone. */
export const dueSnoozes = (now: Date) => ({ snoozedUntil: { $gt: new Date(0), $lte: now } });

/**
 * Safe to repeat. One conversation that cannot be woken does not stop the others.
 * @returns when the next snooze ends, or null when nothing is snoozed.
 * @throws AggregateError at the end, when some could not be woken.
 */
export async function wakeSnoozed(
  { conversations, thread }: WakeDeps,
  now: Date,
  stopping?: AbortSignal,
): Promise<Date | null> {
  const failures: unknown[] = [];
  const due = conversations
    .find(dueSnoozes(now))
    .sort({ snoozedUntil: 1 })
    .batchSize(100)
    .lean<Conversation[]>()
    .cursor();
  for await (const conversation of due) {
    if (stopping?.aborted) return null;
    const line = systemDraft(currentTime(), { event: 'woken', personId: null, personName: null });
    await thread
      .appendIf(conversation, line, (current) => isDue(current, now))
      .catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw new AggregateError(failures, 'some snoozed conversations were not woken');
  const next = await conversations
    .findOne({ snoozedUntil: { $gt: now } }, { snoozedUntil: 1 })
    .sort({ snoozedUntil: 1 })
    .lean<Pick<Conversation, 'snoozedUntil'>>();
  return next?.snoozedUntil ?? null;
}

/** Another process may have woken it, the client may have written, or a person may have snoozed it for longer. */
function isDue({ status, snoozedUntil }: Conversation, now: Date): boolean {
  return status === 'snoozed' && snoozedUntil !== null && snoozedUntil <= now;
}
