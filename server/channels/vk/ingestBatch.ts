/**
 * Ingests the updates of one long poll. Resolves once each of them is stored or kept aside, so that the checkpoint may
 * advance. Retries while the store or VK is away; later work of the same dialogue waits meanwhile.
 */
import { type Backoff, backoffMs, pause } from '../../work/backoff.ts';
import { CommunityStopError } from '../communityStop.ts';
import { type Ingest, ingestOrKeepAside } from '../keepAside.ts';
import type { VkClient } from './clients.ts';
import { planUpdates, type UpdateDeps } from './updates.ts';

export const ingestBackoff: Backoff = { firstMs: 100, mostMs: 5_000, jitter: 'full' };

/** False when the signal fired before everything was stored. Throws `CommunityStopError` only. */
export async function ingestBatch(
  deps: UpdateDeps,
  client: VkClient,
  updates: readonly unknown[],
  signal: AbortSignal,
  backoff: Backoff = ingestBackoff,
): Promise<boolean> {
  const { keyedQueue } = deps;
  const work = deps.watch.begin(client.community);
  try {
    const done = await Promise.all(
      planUpdates(deps, client, updates).map(({ queueKey, events }) =>
        keyedQueue.run(queueKey, async () => {
          for (const event of events) {
            if (!(await ingestUntilDone(deps, event, signal, backoff))) return false;
            work.progress();
          }
          return true;
        }),
      ),
    );
    return done.every(Boolean);
  } finally {
    work.end();
  }
}

async function ingestUntilDone(
  deps: UpdateDeps,
  event: Ingest,
  signal: AbortSignal,
  backoff: Backoff,
): Promise<boolean> {
  // A slot is held for one attempt only: an event that waits must not block other dialogues.
  const inSlot = { ...event, ingest: () => deps.keyedQueue.withSlot(event.ingest) };
  for (let failures = 1; !signal.aborted; failures += 1) {
    try {
      await ingestOrKeepAside(deps, inSlot, signal);
      return true;
    } catch (error) {
      if (error instanceof CommunityStopError) throw error;
      // Logged once per event: while the store is away, every dialogue retries here.
      if (failures === 1)
        deps.logger.warn(
          { error: deps.loggable(error), communityId: event.community.id },
          'an event of VK is not stored yet; retrying',
        );
      await pause(backoffMs({ ...backoff, failures }), signal);
    }
  }
  return false;
}
