/**
 * Several writes to several collections as one command: one round trip, one sync. They run in order and stop at the
 * first failure, so a crash or a refusal leaves the writes before it and none after. This is not a transaction: the
 * caller must be able to continue from any of them. It uses MongoDB 8.0's `bulkWrite`.
 */
import mongoose, { type Model } from 'mongoose';
import { refusalOf } from './bulkErrors.ts';
import { DUPLICATE_KEY } from './database.ts';

export type OrderedWrite =
  | { insert: Model<never>; document: object }
  /** Changes the first match by `$set`; no match is not a failure. */
  | { update: Model<never>; filter: object; set: object };

/** These two let the compiler check the fields against the model's interface. */
export function inserting<T extends object>(model: Model<T>, document: T): OrderedWrite {
  return { insert: model as never, document };
}

export function updating<T extends object>(model: Model<T>, filter: object, set: Partial<T>): OrderedWrite {
  return { update: model as never, filter, set };
}

/**
 * Inserts documents unchanged, without fields that are `undefined`. Rejects with the first failure as MongoDB reports
 * it; a duplicate key has its `keyPattern`.
 * @returns how many documents the updates matched.
 */
export async function writeInOrder(writes: OrderedWrite[]): Promise<number> {
  const [first] = writes;
  if (first === undefined) return 0;
  const client = modelOf(first).db.getClient();
  try {
    const { matchedCount } = await client.bulkWrite(writes.map(toClientModel), { ordered: true });
    return matchedCount;
  } catch (error) {
    throw asServerError(error, writes);
  }
}

const modelOf = (write: OrderedWrite) => ('insert' in write ? write.insert : write.update);

function toClientModel(write: OrderedWrite) {
  const { db, collection } = modelOf(write);
  const namespace = `${db.name}.${collection.collectionName}`;
  return 'insert' in write
    ? ({ namespace, name: 'insertOne', document: write.document } as const)
    : ({ namespace, name: 'updateOne', filter: write.filter, update: { $set: write.set } } as const);
}

/** The driver keeps only the code and the message of each failure; the message names the index. */
function asServerError(error: unknown, writes: OrderedWrite[]): unknown {
  const refusal = refusalOf(error);
  if (!refusal) return error;
  const { index, code, message } = refusal;
  const keyPattern = code === DUPLICATE_KEY ? keyPatternOf(modelOf(writes[index]!), message) : undefined;
  return new mongoose.mongo.MongoServerError({ message, code, ...(keyPattern && { keyPattern }) });
}

function keyPatternOf(model: Model<never>, message: string): object | undefined {
  const [, name] = /index: (\S+)/.exec(message) ?? [];
  if (name === '_id_') return { _id: 1 };
  return model.schema
    .indexes()
    .map(([fields, options]) => ({ fields, name: options?.name ?? Object.entries(fields).flat().join('_') }))
    .find((index) => index.name === name)?.fields;
}
