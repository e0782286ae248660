/**
 * Limits failed sign-ins, counted in the database so that all processes share the count. Attempts from an unknown
 * browser count by address and by email; attempts in a known browser count for that browser alone, so that guessing
 * from elsewhere does not lock the owner out. An attempt is counted before the password is checked and returned when
 * it was right: parallel guesses cannot pass the limit.
 */
import ipaddr from 'ipaddr.js';
import type { Db } from 'mongodb';
import { RateLimiterMongo, RateLimiterRes } from 'rate-limiter-flexible';

const WINDOW_S = 15 * 60;
/** Many agents may share one address. */
const FAILURES_PER_ADDRESS = 50;
const FAILURES_PER_EMAIL = 10;
const FAILURES_PER_DEVICE = 10;
/** A provider gives a customer at least a /64: changing a single IPv6 address costs nothing. */
const IPV6_PREFIX_BITS = 64;
const COLLECTION = 'signInAttempts';

export interface SignInLimits {
  buildIndexes(): Promise<void>;
  /** Counts one attempt, or answers how long to wait. A counted attempt can be given back. */
  consume(attempt: SignInAttempt): Promise<AttemptVerdict>;
}
export interface SignInAttempt {
  address: string;
  email: string;
  /** The browser's id, when this person has signed in there before. */
  deviceId: string | null;
}
export type AttemptVerdict =
  | { kind: 'counted'; giveBack(): Promise<void> }
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
  const byDevice = limiter('device', FAILURES_PER_DEVICE);

  return {
    buildIndexes: () => byAddress.createIndexes(),
    async consume({ address, email, deviceId }) {
      const emailKey = email.trim().toLowerCase();
      const counts: [RateLimiterMongo, string][] =
        deviceId === null
          ? [
              [byAddress, addressGroup(address)],
              [byEmail, emailKey],
            ]
          : [[byDevice, `${deviceId} ${emailKey}`]];
      for (const [count, key] of counts) {
        const refusedBy = await consume(count, key);
        if (refusedBy)
          return { kind: 'refused', retryAfterS: Math.max(1, Math.ceil(refusedBy.msBeforeNext / 1000)) };
      }
      return {
        kind: 'counted',
        async giveBack() {
          // Returns one attempt only: guesses by others stay counted, however often the person signs in meanwhile.
          await Promise.all(counts.map(([count, key]) => count.reward(key, 1)));
        },
      };
    },
  };
}

/** The limiter rejects in two cases: with its result at the limit, and with an error when the store fails. */
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
