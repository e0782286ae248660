/**
 * Throttles each service: 50 messages a second. One second's worth may go at once. A larger batch goes only when
 * nothing is owed, and then uses up the following seconds: a batch of 1,000 is possible, and the average rate holds.
 */
const burstMs = 1000;

export class Pace {
  /** Service -> when its used-up seconds end, Unix ms. */
  readonly #freeAt = new Map<string, number>();

  /** Seconds to wait, or 0 when the messages may go; a refused request uses nothing up. */
  reserve(messagesOf: ReadonlyMap<string, number>, ratePerSecond: number | null, nowMs: number): number {
    if (ratePerSecond === null) return 0;
    let waitMs = 0;
    const paidAt = new Map<string, number>();
    for (const [service, messages] of messagesOf) {
      const costMs = (messages * 1000) / ratePerSecond;
      const debtMs = Math.max(0, (this.#freeAt.get(service) ?? 0) - nowMs);
      waitMs = Math.max(waitMs, debtMs + Math.min(costMs, burstMs) - burstMs);
      paidAt.set(service, nowMs + debtMs + costMs);
    }
    if (waitMs > 0) return Math.ceil(waitMs / 1000);
    for (const [service, atMs] of paidAt) this.#freeAt.set(service, atMs);
    return 0;
  }
}
