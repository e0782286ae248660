/**
 * Hands one event to the intake. Where the intake says that messages between were never seen, they are read from
 * VK's history and taken first, in order; what VK cannot show any more is noted in the thread.
 */
import type { Intake, NetworkEvent } from '../../conversations/intake/networkEvent.ts';
import { isUnstorable } from '../unstorable.ts';
import type { VkClient } from './clients.ts';
import { readRange } from './history.ts';
import { isDeleted, toNetworkMessage } from './parse.ts';

/** A dialogue that the desk meets for the first time brings this much of its past. */
const FIRST_MEETING_MESSAGES = 200;

/** Must run in its dialogue's lane. Safe to repeat; returns whether anything new was stored. */
export async function ingestEvent(
  intake: Intake,
  client: VkClient,
  event: NetworkEvent,
): Promise<{ isNew: boolean; backfilled: number }> {
  const taken = await intake.ingest(client.community, event);
  if (taken.kind === 'stored') return { isNew: taken.isNew, backfilled: 0 };
  const position = 'message' in event ? event.message.position : null;
  if (position === null) throw new Error(`A gap was reported for an event without a place: ${event.type}`);
  const peerId = 'message' in event ? event.message.peerId : event.peerId;
  const backfilled = await fillGap(intake, client, peerId, taken.tailPosition, position - 1);
  const again = await intake.ingest(client.community, event, { acceptGap: true });
  return { isNew: again.kind === 'stored' && again.isNew, backfilled };
}

/** Takes messages after `tail` up to `last`. Must run in the dialogue's lane. Returns how many were new. */
export async function fillGap(
  intake: Intake,
  client: VkClient,
  peerId: string,
  tail: number,
  last: number,
): Promise<number> {
  const isFirstMeeting = tail === 0;
  const from = isFirstMeeting ? Math.max(1, last - FIRST_MEETING_MESSAGES + 1) : tail + 1;
  let backfilled = 0;
  let answered = 0;
  for await (const messages of readRange(client, peerId, from, last)) {
    for (const message of messages) {
      // VK shows a deleted message by its number: nothing of it is missing that could be read.
      answered += 1;
      if (isDeleted(message)) continue;
      const event: NetworkEvent = { type: 'message', message: toNetworkMessage(message, true) };
      try {
        const taken = await intake.ingest(client.community, event, { acceptGap: true });
        if (taken.kind === 'stored' && taken.isNew) backfilled += 1;
      } catch (error) {
        // It had its chances when it came as an event; those after it must not be held up by it.
        if (!isUnstorable(error)) throw error;
        answered -= 1;
      }
    }
  }
  const missing = last - from + 1 - answered;
  if (missing > 0 && !isFirstMeeting)
    await intake.noteGap(client.community, peerId, { fromPosition: from, toPosition: last, count: missing });
  return backfilled;
}
