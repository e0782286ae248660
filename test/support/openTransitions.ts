/**
 * Makes transitions of dead processes due now, so that a live process runs their effects. Use when no status changes.
 */
import type { Connection } from 'mongoose';
import { openTransitionsModel } from '../../server/serviceMessages/statuses/openTransitions.model.ts';
import { until } from './until.ts';

export async function untilEffectsDone(connection: Connection): Promise<void> {
  const openTransitions = openTransitionsModel(connection);
  // Not the epoch itself: leases take that for "not due".
  const longAgo = new Date(1);
  await openTransitions.updateMany({}, { $set: { openedAt: longAgo, dueAt: longAgo } });
  const left = () => openTransitions.find({}).limit(3).lean();
  await until('all effects', async () => (await left()).length === 0, {
    timeoutMs: 60_000,
    everyMs: 100,
  }).catch(async (error: unknown) => {
    throw new Error(`Effects are left: ${JSON.stringify(await left())}`, { cause: error });
  });
}
