/** How long to wait before trying again: doubling, bounded, with full jitter so that many do not return at once. */
export function backoffMs(attempt: number, { baseMs = 1_000, capMs = 60_000 } = {}): number {
  const ceiling = Math.min(capMs, baseMs * 2 ** Math.min(attempt - 1, 16));
  return Math.round(ceiling / 2 + Math.random() * (ceiling / 2));
}
