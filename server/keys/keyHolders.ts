/** Which processes live and under which key each seals: a key may go only when nobody seals under it any more. */
import { STATES } from 'mongoose';
import type { Logger } from '../observability/logger.ts';
import { keepRenewing } from '../work/lease.ts';
import type { KeyHolder, KeyModels } from './keys.model.ts';

const TOLD_EVERY_MS = 20_000;
/** Who said nothing for this long is believed to have died. */
const SILENT_MS = 70_000;

/** Durable when it resolves, so that whoever looks afterwards knows of this process. */
export async function holdKey(
  { keyHolders, logger }: Pick<KeyModels, 'keyHolders'> & { logger: Logger },
  { processId, keyId }: { processId: string; keyId: string },
): Promise<{ stop(): Promise<void> }> {
  async function tell(): Promise<true> {
    await keyHolders.updateOne({ _id: processId }, { $set: { keyId, at: new Date() } }, { upsert: true });
    return true;
  }
  await tell();
  const renewing = keepRenewing({
    everyMs: TOLD_EVERY_MS,
    renew: tell,
    logFailure: (error) => logger.warn({ err: error }, 'the key in use is told again later'),
  });
  return {
    async stop() {
      const stopped = renewing.stop();
      // Where the store is away the row is forgotten by its age, and nobody waits for it.
      if (keyHolders.db.readyState !== STATES.connected) return;
      // A write that is still under way would bring the row back after it was deleted.
      await stopped;
      await keyHolders.deleteOne({ _id: processId }).catch(() => undefined);
    },
  };
}

/** Those that seal under another key than this one; with null, all that live. */
export function otherHolders(
  { keyHolders }: Pick<KeyModels, 'keyHolders'>,
  keyId: string | null,
  now = new Date(),
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
