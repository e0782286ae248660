/** What is left of a message's TTL (N19), in the whole seconds that networks take. */

/**
 * Null when the message must not be handed over any more. Never more than what is left, with one exception: a message
 * whose TTL is the network's least has a fraction of a second less as soon as it is accepted, and is rounded up.
 */
export function ttlSecondsLeft(leftMs: number, leastTtlSeconds: number): number | null {
  const seconds = Math.floor(leftMs / 1000);
  if (seconds >= leastTtlSeconds) return seconds;
  const isLessByOneAtMost = leastTtlSeconds > 1 && leftMs > (leastTtlSeconds - 1) * 1000;
  return isLessByOneAtMost ? leastTtlSeconds : null;
}
