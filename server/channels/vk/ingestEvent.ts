/**
 * Hands one event to the intake. When the intake reports a gap before it, the missing messages are first read from
 * VK's history and ingested in order. The thread records a gap that VK can no longer fill.
 */
import type { Intake, NetworkEvent } from '../../conversations/intake/networkEvent.ts';
import { isUnstorable } from '../unstorable.ts';
import type { VkClient } from './clients.ts';
import { readRange } from './history.ts';
import { isDeleted, toNetworkMessage } from './parse.ts';

/** How many past messages are read when a dialogue is new to the desk. */
const NEW_DIALOGUE_MESSAGES = 200;

/** Must run in the queue of its dialogue. Idempotent; returns whether anything new was stored. */
export async function ingestEvent(
  intake: Intake,
  client: VkClient,
  event: NetworkEvent,
): Promise<{ isNew: boolean; backfilled: number }> {
  const result = await intake.ingest(client.community, event);
  if (result.kind === 'stored') return { isNew: result.isNew, backfilled: 0 };
  const position = 'message' in event ? event.message.position : null;
  if (position === null)
    throw new Error(`The intake reported a gap for an event without a position: ${event.type}`);
  const peerId = 'message' in event ? event.message.peerId : event.peerId;
  const backfilled = await fillGap(intake, client, peerId, result.tailPosition, position - 1);
  const again = await intake.ingest(client.community, event, { acceptGap: true });
  return { isNew: again.kind === 'stored' && again.isNew, backfilled };
}

/** Ingests messages after `tail` up to `last`. Must run in the queue of the dialogue. Returns how many were new. */
export async function fillGap(
  intake: Intake,
  client: VkClient,
  peerId: string,
  tail: number,
  last: number,
): Promise<number> {
  const isNewDialogue = tail === 0;
  const from = isNewDialogue ? Math.max(1, last - NEW_DIALOGUE_MESSAGES + 1) : tail + 1;
  let backfilled = 0;
  let answered = 0;
  for await (const messages of readRange(client, peerId, from, last)) {
    for (const message of messages) {
      // VK still lists a deleted message, without content: it counts as read, not as missing.
      answered += 1;
      if (isDeleted(message)) continue;
      const event: NetworkEvent = { type: 'message', message: toNetworkMessage(message, true) };
      try {
        const result = await intake.ingest(client.community, event, { acceptGap: true });
        if (result.kind === 'stored' && result.isNew) backfilled += 1;
      } catch (error) {
        // An unstorable message must not block the messages after it; it counts as missing.
        if (!isUnstorable(error)) throw error;
        answered -= 1;
      }
    }
  }
  const missing = last - from + 1 - answered;
  if (missing > 0 && !isNewDialogue)
    await intake.noteGap(client.community, peerId, { fromPosition: from, toPosition: last, count: missing });
  return backfilled;
}
