/**
 * Inserts a document unchanged. `Model.create` copies, casts and validates it first, which costs several times the
 * write; the compiler has already checked documents that our own code builds.
 */
import type { Model } from 'mongoose';

/**
 * Leaves out fields that are `undefined`. Rejects with the driver's own error; a duplicate key has its `keyPattern`.
 */
export async function insertDocument<T extends object>(model: Model<T>, document: T): Promise<void> {
  await model.collection.insertOne(document, { ignoreUndefined: true });
}
