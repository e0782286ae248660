/**
 * Version 3. Read marks belong to each person from now on; the team shares that a conversation waits. What the team
 * had read is the starting point for everybody, so that an old database does not open full of unread replies.
 */
import type { AnyBulkWriteOperation, Document } from 'mongodb';
import type { Migration } from './migration.ts';

const BATCH = 1_000;
const isCountedByOldName = { readReplyCount: { $exists: true } };

interface OldConversation extends Document {
  replyCount?: number;
  readReplyCount: number;
  waitingSince?: Date | null;
}

export const countAnsweredReplies: Migration = {
  name: 'conversations: the shared read mark becomes the count of answered replies',
  async run({ db, assertLeaseHeld, reportProgress }) {
    const conversations = db.collection<OldConversation>('conversations');
    let documents = 0;
    let after: unknown = null;
    for (;;) {
      assertLeaseHeld();
      // In the order of ids, so that each batch walks the collection once, not from its start.
      const batch = await conversations
        .find({ ...isCountedByOldName, ...(after === null ? {} : { _id: { $gt: after as never } }) })
        .project<OldConversation>({ replyCount: 1, readReplyCount: 1, waitingSince: 1 })
        .sort({ _id: 1 })
        .limit(BATCH)
        .toArray();
      if (batch.length === 0) return;
      await conversations.bulkWrite(batch.map(counting), { ordered: false });
      after = batch.at(-1)?._id;
      documents += batch.length;
      reportProgress(documents);
    }
  },
};

function counting({
  _id,
  replyCount = 0,
  readReplyCount,
  waitingSince,
}: OldConversation): AnyBulkWriteOperation<OldConversation> {
  const isWaiting = waitingSince instanceof Date;
  return {
    updateOne: {
      filter: { _id, ...isCountedByOldName } as never,
      update: {
        $set: { isWaiting, answeredReplyCount: isWaiting ? readReplyCount : replyCount },
        $unset: { readReplyCount: '', isUnread: '' },
      } as never,
    },
  };
}
