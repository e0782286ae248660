/**
 * Several writes to several collections as one command: one round trip, one sync. They happen in their order and the
 * first that fails ends the rest, so a crash or a refusal leaves the ones before it and none after. Not a transaction:
 * whoever uses this must be able to go on from any of them. MongoDB 8.0's `bulkWrite` carries it.
 */
import mongoose, { type Model } from 'mongoose';

export type OrderedWrite =
  | { insert: Model<never>; document: object }
  /** The first that fits, by `$set`; one that fits nothing is no failure. */
  | { update: Model<never>; filter: object; set: object };

/** What is written by each of them, for the compiler: a document as its model's interface says. */
export function inserting<T extends object>(model: Model<T>, document: T): OrderedWrite {
  return { insert: model as never, document };
}

export function updating<T extends object>(model: Model<T>, filter: object, set: Partial<T>): OrderedWrite {
  return { update: model as never, filter, set };
}

/**
 * Inserted documents go as they are, what is `undefined` left out. Rejects with the first failure as MongoDB tells it,
 * a duplicate key with its `keyPattern`.
 * @returns how many documents the updates fitted.
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

/** The driver keeps a code and a text of each refusal; the text names the index. */
function asServerError(error: unknown, writes: OrderedWrite[]): unknown {
  if (!(error instanceof mongoose.mongo.MongoClientBulkWriteError)) return error;
  const [refused] = error.writeErrors;
  if (!refused) return error.cause ?? error;
  const [at, { code, message }] = refused;
  const keyPattern = code === 11000 ? keyPatternOf(modelOf(writes[at]!), message) : undefined;
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
