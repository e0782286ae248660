/**
 * Inserts one document, once: while the outcome of the insert is unknown, it is asked again under the same `_id`.
 * A duplicate key that is thrown belongs to another document.
 */
import type { Model, Types } from 'mongoose';
import { askAgain } from './askAgain.ts';
import { isDuplicateKey } from './database.ts';

/**
 * Inserts the document unchanged, without fields that are `undefined`. `Model.create` copies, casts and validates it
 * first, which costs several times the write; the compiler has already checked documents that our own code builds.
 */
export function insertDocument<T extends object>(model: Model<T>, document: T): Promise<void> {
  return insertOnce(model, document, async () => {
    await model.collection.insertOne(document as never, { ignoreUndefined: true });
  });
}

/** Inserts it through the model, which adds the defaults. Returns the document as stored. */
export async function createDocument<T extends { _id: Types.ObjectId }>(
  model: Model<T>,
  document: Partial<T> & { _id: Types.ObjectId },
): Promise<T> {
  await insertOnce(model, document, async () => {
    await model.create(document as never);
  });
  return model.findById(document._id).orFail().lean<T>();
}

function insertOnce<T extends object>(
  model: Model<T>,
  document: object,
  insert: () => Promise<void>,
): Promise<void> {
  return askAgain(async (isRepeat) => {
    try {
      await insert();
    } catch (error) {
      const isOwn = isRepeat && isDuplicateKey(error);
      if (!isOwn || !(await model.exists({ _id: (document as { _id: unknown })._id } as never))) throw error;
    }
  });
}
