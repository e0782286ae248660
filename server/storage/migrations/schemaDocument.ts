/**
 * The one document of the collection `schema`: which version the stored data has, and which process may change it.
 * Every write here is one guarded update that can be repeated.
 */
import type { Db } from 'mongodb';
import { leaseIn } from '../../work/lease.ts';
import { isDuplicateKey } from '../database.ts';

export interface SchemaDocument {
  _id: 'schema';
  /** How many migrations have changed the stored data. */
  version: number;
  /** The process that migrates; another may take over after `until`. */
  lease?: { owner: string; until: Date };
}

export const SCHEMA_COLLECTION = 'schema';
const theOne = { _id: 'schema' } as const;
const lease = leaseIn('lease');

export type SchemaStore = ReturnType<typeof createSchemaStore>;

export function createSchemaStore(db: Db) {
  const schema = db.collection<SchemaDocument>(SCHEMA_COLLECTION);
  const matched = async (filter: object, update: object) =>
    (await schema.updateOne({ ...theOne, ...filter }, update)).matchedCount === 1;
  return {
    read: () => schema.findOne(theOne),

    /** Of several processes that start at once, one writes the first version; the others keep it. */
    async insert(version: number): Promise<void> {
      await schema.insertOne({ ...theOne, version }).catch((error: unknown) => {
        if (!isDuplicateKey(error)) throw error;
      });
    },

    /** @param takesOver true where no other process can hold it: a lease that is found was left by a crash. */
    claimLease(owner: string, leaseMs: number, { takesOver }: { takesOver: boolean }) {
      const { filter, set } = lease.claim(owner, leaseMs);
      return matched(takesOver ? {} : filter, { $set: set });
    },

    /** False when another process has claimed the lease. */
    renewLease(owner: string, leaseMs: number) {
      const { filter, set } = lease.renew(owner, leaseMs);
      return matched(filter, { $set: set });
    },

    releaseLease: (owner: string) => matched(lease.heldBy(owner), { $unset: { lease: '' } }),

    /** By one, and only by the process that holds the lease; false otherwise. */
    advance: (owner: string, version: number) =>
      matched({ ...lease.heldBy(owner), version: version - 1 }, { $set: { version } }),
  };
}
