/**
 * How many messages a service may send: 50 a second. A second's worth may go at once; a larger batch goes when nothing is
 * owed, and owes the seconds after it, so that a batch of 1,000 is possible and the long run keeps the rate.
 */
const burstMs = 1000;

export class Pace {
  /** Service -> when its debt is paid, ms. */
  readonly #freeAt = new Map<string, number>();

  /** Seconds to wait, or 0 when every service may go on; what is refused is not counted. */
  take(messagesOf: ReadonlyMap<string, number>, ratePerSecond: number | null, nowMs: number): number {
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
