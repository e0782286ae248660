/**
 * Each nonce is accepted once, across all processes: one insert under a unique key decides. Claims that arrive while
 * the store is busy are inserted together, and each gets its own outcome.
 */
import type { Collection, Db } from 'mongodb';
import { insertEach, isDuplicate } from '../storage/bulkWrites.ts';
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

export function createNonces(db: Db): Nonces {
  const rows: Collection<NonceRow> = db.collection<NonceRow>(COLLECTION);

  async function insert(claimed: NonceRow[]): Promise<Claimed[]> {
    const outcomes = await insertEach(rows, claimed);
    return outcomes.map((outcome) => {
      if (outcome.kind === 'written') return { isNew: true };
      // Unknown is an error, never "used": the caller signs the same request again with another nonce.
      return isDuplicate(outcome) ? { isNew: false } : { error: outcome.error };
    });
  }

  const claim = gatherCalls(insert, { most: ROWS_PER_INSERT, atOnce: INSERTS_AT_ONCE });
  return {
    async buildIndexes() {
      await rows.createIndex({ expiresAt: 1 }, { expireAfterSeconds: 0 });
    },
    async use({ consumerKey, timestampS, nonce, keptUntil }) {
      const claimed = await claim({ _id: `${consumerKey} ${timestampS} ${nonce}`, expiresAt: keptUntil });
      if ('error' in claimed) throw claimed.error;
      return claimed.isNew;
    },
  };
}

/** Whether the nonce was new, or the error when that is unknown. */
type Claimed = { isNew: boolean } | { error: unknown };
