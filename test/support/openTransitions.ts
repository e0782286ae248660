/** What dead processes left to be followed is taken up after a while: here, now. Only when nobody moves anything any more. */
import type { Connection } from 'mongoose';
import { openTransitionsModel } from '../../server/serviceMessages/openTransitions.model.ts';
import { until } from './until.ts';

export async function untilAllFollowed(connection: Connection): Promise<void> {
  const openTransitions = openTransitionsModel(connection);
  await openTransitions.updateMany({}, { $set: { openedAt: new Date(0), dueAt: new Date(0) } });
  await until('every move to be followed', async () => (await openTransitions.countDocuments({})) === 0, {
    timeoutMs: 60_000,
    everyMs: 100,
  });
}
