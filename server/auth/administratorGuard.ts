/**
 * Keeps at least one active administrator. Their ids stand in one document, so that "remove me unless I am the last"
 * is one atomic write: two administrators who deactivate each other at once cannot both succeed.
 */
import type { Db, ObjectId } from 'mongodb';
import { upserting } from '../storage/upserting.ts';

interface ActiveAdministrators {
  _id: 'active';
  personIds: ObjectId[];
}

export interface AdministratorGuard {
  add(personId: ObjectId): Promise<void>;
  /** False when this person is the last one and stays. True also for a person who is not in the document. */
  remove(personId: ObjectId): Promise<boolean>;
}

export function createAdministratorGuard(db: Db): AdministratorGuard {
  const guards = db.collection<ActiveAdministrators>('administrators');
  return {
    async add(personId) {
      await upserting(() =>
        guards.updateOne({ _id: 'active' }, { $addToSet: { personIds: personId } }, { upsert: true }),
      );
    },
    async remove(personId) {
      const removed = await guards.updateOne(
        { _id: 'active', personIds: personId, 'personIds.1': { $exists: true } },
        { $pull: { personIds: personId } },
      );
      if (removed.modifiedCount === 1) return true;
      // A crash between this document and the person's own leaves a person uncounted: then others are in the
      // document.
      return (await guards.findOne({ _id: 'active', personIds: personId })) === null;
    },
  };
}
