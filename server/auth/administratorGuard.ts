/**
 * Keeps the last active administrator. Their ids stand in one document, so that "remove me unless I am the last"
 * is one atomic write: two administrators who switch each other off at once cannot leave nobody.
 */
import type { Db, ObjectId } from 'mongodb';

interface ActiveAdministrators {
  _id: 'active';
  personIds: ObjectId[];
}

export interface AdministratorGuard {
  add(personId: ObjectId): Promise<void>;
  /** False when this person is the last one and stays. True also for who was not counted. */
  remove(personId: ObjectId): Promise<boolean>;
}

export function createAdministratorGuard(db: Db): AdministratorGuard {
  const guards = db.collection<ActiveAdministrators>('administrators');
  return {
    async add(personId) {
      await guards.updateOne({ _id: 'active' }, { $addToSet: { personIds: personId } }, { upsert: true });
    },
    async remove(personId) {
      const removed = await guards.updateOne(
        { _id: 'active', personIds: personId, 'personIds.1': { $exists: true } },
        { $pull: { personIds: personId } },
      );
      if (removed.modifiedCount === 1) return true;
      // A crash between counting and changing a person leaves them uncounted: others then stand in the document.
      return (await guards.findOne({ _id: 'active', personIds: personId })) === null;
    },
  };
}
