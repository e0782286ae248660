/**
 * Ingests the updates of one long poll. Resolves once all of them are stored, so that the checkpoint may advance.
 * Retries while the store or VK is unreachable; later work of the same dialogue waits meanwhile.
 */
import { type Backoff, backoffMs, pause } from '../../work/backoff.ts';
import { CommunityStopError } from '../communityStop.ts';
import { attemptsFor } from '../unstorable.ts';
import type { VkClient } from './clients.ts';
import { loggable } from './errors.ts';
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
  const done = await Promise.all(
    planUpdates(deps, client, updates).map(({ queueKey, ingests }) =>
      keyedQueue.run(queueKey, async () => {
        for (const ingest of ingests) {
          if (!(await ingestUntilDone(deps, client, ingest, signal, backoff))) return false;
        }
        return true;
      }),
    ),
  );
  return done.every(Boolean);
}

async function ingestUntilDone(
  { keyedQueue, logger, count }: UpdateDeps,
  client: VkClient,
  ingest: () => Promise<void>,
  signal: AbortSignal,
  backoff: Backoff,
): Promise<boolean> {
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    try {
      await keyedQueue.withSlot(ingest);
      return true;
    } catch (error) {
      if (error instanceof CommunityStopError) throw error;
      const ids = { communityId: client.community.id, attempt };
      if (attempt + 1 >= attemptsFor(error)) {
        count('unstorable');
        logger.error({ error: loggable(error), ...ids }, 'an event of VK cannot be stored and is skipped');
        return true;
      }
      // Logged once per event: while the store is unreachable, every dialogue retries here.
      if (attempt === 0)
        logger.warn({ error: loggable(error), ...ids }, 'an event of VK is not stored yet; retrying');
      await pause(backoffMs({ ...backoff, failures: attempt + 1 }), signal);
    }
  }
  return false;
}
