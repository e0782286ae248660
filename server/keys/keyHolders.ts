/** Live processes and the key each seals under: a key is retired only when no process seals under it. */

import { STATES } from 'mongoose';
import type { Logger } from '../observability/logger.ts';
import { currentTime } from '../work/clock.ts';
import { keepRenewing } from '../work/lease.ts';
import type { KeyHolder, KeyModels } from './keys.model.ts';

const REPORT_EVERY_MS = 20_000;
/** A process that is silent for this long is assumed dead. */
const SILENT_MS = 70_000;

/** Reports this process until it is stopped. Durable when it resolves: later readers know of this process. */
export async function holdKey(
  { keyHolders, logger }: Pick<KeyModels, 'keyHolders'> & { logger: Logger },
  { processId, keyId }: { processId: string; keyId: string },
): Promise<{ stop(): Promise<void> }> {
  async function report(): Promise<true> {
    await keyHolders.updateOne({ _id: processId }, { $set: { keyId, at: currentTime() } }, { upsert: true });
    return true;
  }
  await report();
  const renewing = keepRenewing({
    everyMs: REPORT_EVERY_MS,
    renew: report,
    logFailure: (error) => logger.warn({ err: error }, 'reporting the key in use failed; it is retried'),
  });
  return {
    async stop() {
      const stopped = renewing.stop();
      // Without a connection to the store the document expires by its age; stopping does not wait for that.
      if (keyHolders.db.readyState !== STATES.connected) return;
      // A write still in progress would create the document again after its deletion.
      await stopped;
      await keyHolders.deleteOne({ _id: processId }).catch(() => undefined);
    },
  };
}

/** Live processes that seal under another key than this one; with null, all live processes. At most 100. */
export function otherHolders(
  { keyHolders }: Pick<KeyModels, 'keyHolders'>,
  keyId: string | null,
  now = currentTime(),
): Promise<KeyHolder[]> {
  return keyHolders
    .find({
      at: { $gt: new Date(now.getTime() - SILENT_MS) },
      ...(keyId === null ? {} : { keyId: { $ne: keyId } }),
    })
    .sort({ at: 1 })
    .limit(100)
    .lean<KeyHolder[]>()
    .exec();
}
