/**
 * Inserts a document exactly as its interface says. `Model.create` copies, casts and validates it first, which costs a
 * multiple of the write; for what our own code builds, field by field and typed, the compiler has done that.
 */
import type { Model } from 'mongoose';

/** What is `undefined` is left out. Rejects with the driver's own error; a duplicate key has its `keyPattern`. */
export async function insertDocument<T extends object>(model: Model<T>, document: T): Promise<void> {
  await model.collection.insertOne(document, { ignoreUndefined: true });
}
