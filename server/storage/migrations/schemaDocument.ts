/**
 * The one document of the collection `schema`: which version the stored data has, and which process may change it.
 * Every write here is one guarded update that can be repeated.
 */
import type { Db } from 'mongodb';
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
    acquireLease: (owner: string, until: Date, { takesOver }: { takesOver: boolean }) =>
      matched(takesOver ? {} : { $or: [{ lease: null }, { 'lease.until': { $lte: new Date() } }] }, {
        $set: { lease: { owner, until } },
      }),

    /** False when another process has taken the lease. */
    renewLease: (owner: string, until: Date) =>
      matched({ 'lease.owner': owner }, { $set: { 'lease.until': until } }),

    releaseLease: (owner: string) => matched({ 'lease.owner': owner }, { $unset: { lease: '' } }),

    /** By one, and only by the process that holds the lease; false otherwise. */
    advance: (owner: string, version: number) =>
      matched({ 'lease.owner': owner, version: version - 1 }, { $set: { version } }),
  };
}
