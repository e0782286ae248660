/** A `Call` without a claim behind it, for tests of one channel: it allows every call, or none. */
import type { Call } from '../../../server/serviceMessages/sending/serviceChannel.ts';

export function anyCall({ ttlSeconds = 60 as number | null, mostMs = 60_000 } = {}): Call {
  return {
    mark: async () => undefined,
    ttlSecondsOf: () => ttlSeconds,
    signalFor: () => AbortSignal.timeout(mostMs),
  };
}
