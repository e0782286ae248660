/**
 * Counts failed sign-ins by address and by email, in the database, so that several processes share the count.
 * An attempt is counted before the password is looked at and given back when it was right: parallel guesses
 * cannot slip past the limit.
 */
import ipaddr from 'ipaddr.js';
import type { Db } from 'mongodb';
import { RateLimiterMongo, RateLimiterRes } from 'rate-limiter-flexible';

const WINDOW_S = 15 * 60;
/** Many colleagues may sit behind one address. */
const FAILURES_PER_ADDRESS = 50;
const FAILURES_PER_EMAIL = 10;
/** A provider gives a customer a /64 at least: single IPv6 addresses are free to change. */
const IPV6_PREFIX_BITS = 64;
const COLLECTION = 'signInAttempts';

export interface SignInLimits {
  buildIndexes(): Promise<void>;
  /** Takes one attempt, or says how long to wait. Resolves with how to give the attempt back. */
  take(attempt: { address: string; email: string }): Promise<TakenAttempt>;
}
export type TakenAttempt =
  | { kind: 'taken'; giveBack(): Promise<void> }
  | { kind: 'refused'; retryAfterS: number };

export function createSignInLimits(db: Db): SignInLimits {
  const limiter = (keyPrefix: string, points: number) =>
    new RateLimiterMongo({
      storeClient: db,
      tableName: COLLECTION,
      keyPrefix,
      points,
      duration: WINDOW_S,
      disableIndexesCreation: true,
    });
  const byAddress = limiter('address', FAILURES_PER_ADDRESS);
  const byEmail = limiter('email', FAILURES_PER_EMAIL);

  return {
    buildIndexes: () => byAddress.createIndexes(),
    async take({ address, email }) {
      const addressKey = addressGroup(address);
      const emailKey = email.trim().toLowerCase();
      const refusedBy = (await consume(byAddress, addressKey)) ?? (await consume(byEmail, emailKey));
      if (refusedBy)
        return { kind: 'refused', retryAfterS: Math.max(1, Math.ceil(refusedBy.msBeforeNext / 1000)) };
      return {
        kind: 'taken',
        async giveBack() {
          await Promise.all([byAddress.reward(addressKey, 1), byEmail.delete(emailKey)]);
        },
      };
    },
  };
}

/** The limiter rejects both when the limit is reached, with its result, and when the store fails, with an error. */
async function consume(limiter: RateLimiterMongo, key: string): Promise<RateLimiterRes | null> {
  try {
    await limiter.consume(key, 1);
    return null;
  } catch (thrown) {
    if (thrown instanceof RateLimiterRes) return thrown;
    throw thrown;
  }
}

export function addressGroup(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/${IPV6_PREFIX_BITS}`).toString();
}
