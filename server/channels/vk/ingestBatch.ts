/**
 * Takes what one long poll brought. Resolves once all of it is durable, so that the checkpoint may move; while the
 * store or VK is away it tries again and again, and later work of the same dialogue waits behind.
 */

import { type Backoff, backoffMs, pause } from '../../work/backoff.ts';
import { CommunityStopError } from '../communityStop.ts';
import { attemptsFor } from '../unstorable.ts';
import type { VkClient } from './clients.ts';
import { loggable } from './errors.ts';
import { planUpdates, type UpdateDeps } from './updates.ts';

export const takeBackoff: Backoff = { firstMs: 100, mostMs: 5_000, jitter: 'full' };

/** False when it was stopped before everything was stored. Throws only `CommunityStopError`. */
export async function ingestBatch(
  deps: UpdateDeps,
  client: VkClient,
  updates: readonly unknown[],
  signal: AbortSignal,
  backoff: Backoff = takeBackoff,
): Promise<boolean> {
  const { keyedQueue } = deps;
  const done = await Promise.all(
    planUpdates(deps, client, updates).map(({ lane, updates: takes }) =>
      keyedQueue.run(lane, async () => {
        for (const take of takes) {
          if (!(await ingestUntilDone(deps, client, take, signal, backoff))) return false;
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
  take: () => Promise<void>,
  signal: AbortSignal,
  backoff: Backoff,
): Promise<boolean> {
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    try {
      await keyedQueue.withPlace(take);
      return true;
    } catch (error) {
      if (error instanceof CommunityStopError) throw error;
      const ids = { communityId: client.community.id, attempt };
      if (attempt + 1 >= attemptsFor(error)) {
        count('unstorable');
        logger.error({ error: loggable(error), ...ids }, 'an event of VK cannot be stored and is left out');
        return true;
      }
      // Told once: while the store is away every dialogue comes by here again and again.
      if (attempt === 0)
        logger.warn({ error: loggable(error), ...ids }, 'an event of VK is not stored yet; trying again');
      await pause(backoffMs({ ...backoff, failures: attempt + 1 }), signal);
    }
  }
  return false;
}
