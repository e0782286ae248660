/**
 * Each nonce is used once, whichever process is asked: one insert under a unique key decides it. Claims that come
 * while the store is busy with others go to it together, each with an outcome of its own.
 */
import type { Collection, Db } from 'mongodb';
import { mongo } from 'mongoose';

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

interface Claim {
  row: NonceRow;
  resolve(isNew: boolean): void;
  reject(error: unknown): void;
}

const COLLECTION = 'oauthNonces';
const ROWS_PER_INSERT = 1_000;
const INSERTS_AT_ONCE = 2;
const DUPLICATE_KEY = 11_000;

export function createNonces(db: Db): Nonces {
  const rows: Collection<NonceRow> = db.collection<NonceRow>(COLLECTION);
  const waiting: Claim[] = [];
  let underWay = 0;
  let isAsked = false;

  /** After the tick's other requests have been read. */
  function ask(): void {
    if (isAsked || underWay >= INSERTS_AT_ONCE || waiting.length === 0) return;
    isAsked = true;
    setImmediate(() => {
      isAsked = false;
      const claims = waiting.splice(0, ROWS_PER_INSERT);
      if (claims.length === 0) return;
      underWay += 1;
      void insert(claims).finally(() => {
        underWay -= 1;
        ask();
      });
      ask();
    });
  }

  async function insert(claims: Claim[]): Promise<void> {
    try {
      await rows.insertMany(
        claims.map(({ row }) => row),
        { ordered: false },
      );
      for (const claim of claims) claim.resolve(true);
    } catch (error) {
      settle(claims, error);
    }
  }

  return {
    async buildIndexes() {
      await rows.createIndex({ expiresAt: 1 }, { expireAfterSeconds: 0 });
    },
    use: ({ consumerKey, timestampS, nonce, keptUntil }) =>
      new Promise((resolve, reject) => {
        const row = { _id: `${consumerKey} ${timestampS} ${nonce}`, expiresAt: keptUntil };
        waiting.push({ row, resolve, reject });
        ask();
      }),
  };
}

/** A refused row is told by its place; a row that is not named was inserted. Any other failure leaves all unknown. */
function settle(claims: Claim[], error: unknown): void {
  if (!(error instanceof mongo.MongoBulkWriteError)) {
    for (const claim of claims) claim.reject(error);
    return;
  }
  const failures = new Map([error.writeErrors].flat().map((failure) => [failure.index, failure.code]));
  const isTold = failures.size > 0 && !error.result?.getWriteConcernError();
  claims.forEach((claim, index) => {
    const code = failures.get(index);
    if (!isTold || (code !== undefined && code !== DUPLICATE_KEY)) claim.reject(error);
    else claim.resolve(code === undefined);
  });
}
