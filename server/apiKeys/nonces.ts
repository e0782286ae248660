/**
 * Each nonce is used once, whichever process is asked: one insert under a unique key decides it. Claims that come
 * while the store is busy with others go to it together, each with an outcome of its own.
 */
import type { Collection, Db } from 'mongodb';
import { mongo } from 'mongoose';
import { gatherCalls } from '../storage/gatherCalls.ts';

interface NonceRow {
  /** Key, timestamp and nonce: RFC 5849, section 3.3, asks no more than that the three together are new. */
  _id: string;
  expiresAt: Date;
}

export interface Nonces {
  buildIndexes(): Promise<void>;
  /** False when it was used before. `keptUntil`: no later request with its timestamp can be accepted. */
  use(claim: { consumerKey: string; timestampS: number; nonce: string; keptUntil: Date }): Promise<boolean>;
}

const COLLECTION = 'oauthNonces';
const ROWS_PER_INSERT = 1_000;
const INSERTS_AT_ONCE = 2;
const DUPLICATE_KEY = 11_000;

export function createNonces(db: Db): Nonces {
  const rows: Collection<NonceRow> = db.collection<NonceRow>(COLLECTION);

  async function insert(claimed: NonceRow[]): Promise<Outcome[]> {
    try {
      await rows.insertMany(claimed, { ordered: false });
      return claimed.map(() => true);
    } catch (error) {
      return outcomesOf(claimed, error);
    }
  }

  const claim = gatherCalls(insert, { most: ROWS_PER_INSERT, atOnce: INSERTS_AT_ONCE });
  return {
    async buildIndexes() {
      await rows.createIndex({ expiresAt: 1 }, { expireAfterSeconds: 0 });
    },
    async use({ consumerKey, timestampS, nonce, keptUntil }) {
      const outcome = await claim({ _id: `${consumerKey} ${timestampS} ${nonce}`, expiresAt: keptUntil });
      if (typeof outcome === 'boolean') return outcome;
      throw outcome;
    },
  };
}

/** Whether the nonce was new, or why that is not known. */
type Outcome = boolean | Error;

/** A refused row is told by its place; a row that is not named was inserted. Any other failure leaves all unknown. */
function outcomesOf(claimed: NonceRow[], error: unknown): Outcome[] {
  if (!(error instanceof mongo.MongoBulkWriteError)) throw error;
  const failures = new Map([error.writeErrors].flat().map((failure) => [failure.index, failure.code]));
  const isTold = failures.size > 0 && !error.result?.getWriteConcernError();
  return claimed.map((_, index) => {
    const code = failures.get(index);
    return !isTold || (code !== undefined && code !== DUPLICATE_KEY) ? error : code === undefined;
  });
}
