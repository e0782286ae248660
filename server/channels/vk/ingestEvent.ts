/**
 * Hands one event to the intake. When the intake reports a gap before it, the missing messages are first read from
 * VK's history and ingested in order. The thread records a gap that VK can no longer fill.
 */
import type { Intake, NetworkEvent } from '../../conversations/intake/networkEvent.ts';
import { type AsideDeps, ingestOrKeepAside } from '../keepAside.ts';
import type { VkClient } from './clients.ts';
import { readRange } from './history.ts';
import { letterOfMessage } from './letters.ts';
import { isDeleted, toNetworkMessage } from './parse.ts';

export interface EventDeps extends AsideDeps {
  intake: Intake;
  /** Called when a message of the history is kept aside. */
  keptAside(): void;
}

/** How many past messages are read when a dialogue is new to the desk. */
const NEW_DIALOGUE_MESSAGES = 200;

/** Must run in the queue of its dialogue. Idempotent; returns whether anything new was stored. */
export async function ingestEvent(
  deps: EventDeps,
  client: VkClient,
  event: NetworkEvent,
): Promise<{ isNew: boolean; backfilled: number }> {
  const { intake } = deps;
  const result = await intake.ingest(client.community, event);
  if (result.kind === 'stored') return { isNew: result.isNew, backfilled: 0 };
  const position = 'message' in event ? event.message.position : null;
  if (position === null)
    throw new Error(`The intake reported a gap for an event without a position: ${event.type}`);
  const peerId = 'message' in event ? event.message.peerId : event.peerId;
  const backfilled = await fillGap(deps, client, peerId, { tail: result.tailPosition, last: position - 1 });
  const again = await intake.ingest(client.community, event, { acceptGap: true });
  return { isNew: again.kind === 'stored' && again.isNew, backfilled };
}

/** Ingests messages after `tail` up to `last`. Must run in the queue of the dialogue. Returns how many were new. */
export async function fillGap(
  deps: EventDeps,
  client: VkClient,
  peerId: string,
  { tail, last, progress }: { tail: number; last: number; progress?: () => void },
): Promise<number> {
  const { intake } = deps;
  const { community } = client;
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
      const result = await ingestOrKeepAside(deps, {
        community,
        ingest: () => intake.ingest(community, event, { acceptGap: true }),
        letter: () => letterOfMessage(message),
        keptAside: deps.keptAside,
      });
      // A message that is kept aside counts as missing: the thread says so.
      if (result.kind === 'keptAside') answered -= 1;
      else if (result.value.kind === 'stored' && result.value.isNew) backfilled += 1;
      progress?.();
    }
  }
  const missing = last - from + 1 - answered;
  if (missing > 0 && !isNewDialogue)
    await intake.noteGap(community, peerId, { fromPosition: from, toPosition: last, count: missing });
  return backfilled;
}
