/**
 * Makes transitions of dead processes due now, so that a live process runs their effects. Use when no status changes.
 */
import type { Connection } from 'mongoose';
import { openTransitionsModel } from '../../server/serviceMessages/statuses/openTransitions.model.ts';
import { until } from './until.ts';

export async function untilEffectsDone(connection: Connection): Promise<void> {
  const openTransitions = openTransitionsModel(connection);
  await openTransitions.updateMany({}, { $set: { openedAt: new Date(0), dueAt: new Date(0) } });
  await until('all effects', async () => (await openTransitions.countDocuments({})) === 0, {
    timeoutMs: 60_000,
    everyMs: 100,
  });
}
