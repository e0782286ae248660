/**
 * Version 1. The field by which the sweeper finds service messages to expire was `expireAt`, one letter from
 * `expiresAt`, the end of the TTL. Now it is `expiryDueAt`.
 */
import mongoose from 'mongoose';
import type { Migration } from './migration.ts';

const BATCH = 1_000;
const INDEX_NOT_FOUND = 27;
const hasOldField = { expireAt: { $exists: true } };

export const renameToExpiryDueAt: Migration = {
  name: 'service messages: expireAt becomes expiryDueAt',
  async run({ db, assertLeaseHeld, reportProgress }) {
    const messages = db.collection('serviceMessages');
    // Usually the older program has made this index. It finds each batch; without it, each would scan the collection.
    const oldIndex = await messages.createIndex({ expireAt: 1 }, { partialFilterExpression: hasOldField });
    let documents = 0;
    for (;;) {
      assertLeaseHeld();
      const batch = await messages
        .find(hasOldField, { projection: { _id: 1 } })
        .hint(oldIndex)
        .limit(BATCH)
        .toArray();
      if (batch.length === 0) break;
      const { modifiedCount } = await messages.updateMany(
        { _id: { $in: batch.map(({ _id }) => _id) }, ...hasOldField },
        { $rename: { expireAt: 'expiryDueAt' } },
      );
      documents += modifiedCount;
      reportProgress(documents);
    }
    assertLeaseHeld();
    await messages.dropIndex(oldIndex).catch((error: unknown) => {
      const isGone = error instanceof mongoose.mongo.MongoServerError && error.code === INDEX_NOT_FOUND;
      if (!isGone) throw error;
    });
  },
};
