/**
 * Snoozed conversations leave the open lists: their `isResolved` is null from now on. Older programs stored false.
 */
import type { Migration } from './migration.ts';

const BATCH = 1_000;
const EPOCH = new Date(0);
/** No program of this version stores such a conversation. */
const isListedYet = { snoozedUntil: { $gt: EPOCH }, status: 'snoozed', isResolved: false };

export const takeSnoozedOffLists: Migration = {
  name: 'conversations: snoozed ones leave the open lists',
  async run({ db, assertLeaseHeld, reportProgress }) {
    const conversations = db.collection('conversations');
    let documents = 0;
    for (;;) {
      assertLeaseHeld();
      const batch = await conversations
        .find(isListedYet, { projection: { _id: 1 } })
        .limit(BATCH)
        .toArray();
      if (batch.length === 0) return;
      const { modifiedCount } = await conversations.updateMany(
        { ...isListedYet, _id: { $in: batch.map(({ _id }) => _id) } },
        { $set: { isResolved: null } },
      );
      documents += modifiedCount;
      reportProgress(documents);
    }
  },
};
