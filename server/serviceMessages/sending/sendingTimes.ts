/** The times of sending. Tests may shorten those of `SendingTimes`, in proportion. */

export interface SendingTimes {
  /** How long a claim holds without a renewal; after a crash its messages wait this long. */
  claimLeaseMs: number;
  /** No call lasts longer, whatever time its messages have. */
  callMostMs: number;
  /** Limits `ServiceChannel.settleMs`. */
  settleMostMs: number;
}

export const usualSendingTimes: SendingTimes = {
  claimLeaseMs: 20_000,
  callMostMs: 15_000,
  settleMostMs: Number.POSITIVE_INFINITY,
};

/**
 * After this the rest of a batch is given back: since it was checked, its campaign may have been paused, or its phones
 * blocked.
 */
export const BATCH_MOST_MS = 10_000;
/** How long after `expiresAt` the network may still report a delivery that was in time. */
export const REPORT_GRACE_MS = 60_000;
/** How long look-ups of a possibly sent message may fail, counted from the end of its TTL. */
export const UNKNOWN_MOST_MS = 3_600_000;
