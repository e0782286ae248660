/**
 * Indexes that an older version built and that no query uses, there or here: each write pays for them. Dropping them
 * changes no data, so a process of the older version may run meanwhile, and the schema version stays.
 */
import type { Db } from 'mongodb';
import mongoose from 'mongoose';

const oldIndexes = [
  // A partial index cannot serve an $elemMatch alone. Its successor begins with the network's id.
  { collection: 'serviceMessages', name: 'tries.communityId_1_tries.externalId_1' },
  // No conversation has `isUnread` since schema version 3, and what waits is ordered by its wait.
  ...['companyId', 'communityId'].flatMap((first) =>
    ['isUnread', 'isWaiting'].map((flag) => ({
      collection: 'conversations',
      name: `${first}_1_isResolved_1_${flag}_1_lastActivityAt_-1__id_-1`,
    })),
  ),
];

const NAMESPACE_NOT_FOUND = 26;
const INDEX_NOT_FOUND = 27;

/** Safe to repeat. Call it when their successors are built. */
export async function dropOldIndexes(db: Db): Promise<void> {
  for (const { collection, name } of oldIndexes) {
    await db
      .collection(collection)
      .dropIndex(name)
      .catch((error: unknown) => {
        const code = error instanceof mongoose.mongo.MongoServerError ? error.code : undefined;
        if (code !== NAMESPACE_NOT_FOUND && code !== INDEX_NOT_FOUND) throw error;
      });
  }
}
