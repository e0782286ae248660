/**
 * Each nonce is accepted once, across all processes: one insert under a unique key decides. Claims that arrive while
 * the store is busy are inserted together, and each gets its own outcome.
 */
import type { Collection, Db } from 'mongodb';
import { mongo } from 'mongoose';
import { gatherCalls } from '../storage/gatherCalls.ts';

interface NonceRow {
  /** Key, timestamp and nonce: RFC 5849, section 3.3, requires only that the three together are new. */
  _id: string;
  expiresAt: Date;
}

export interface Nonces {
  buildIndexes(): Promise<void>;
  /** False when it was used before. `keptUntil`: after this time no request with its timestamp can be accepted. */
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

/** Whether the nonce was new, or the error when that is unknown. */
type Outcome = boolean | Error;

/**
 * A bulk error names the refused documents by index; all others were inserted. After any other error all are unknown.
 */
function outcomesOf(claimed: NonceRow[], error: unknown): Outcome[] {
  if (!(error instanceof mongo.MongoBulkWriteError)) throw error;
  const failures = new Map([error.writeErrors].flat().map((failure) => [failure.index, failure.code]));
  const isComplete = failures.size > 0 && !error.result?.getWriteConcernError();
  return claimed.map((_, index) => {
    const code = failures.get(index);
    return !isComplete || (code !== undefined && code !== DUPLICATE_KEY) ? error : code === undefined;
  });
}
