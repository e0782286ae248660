/** Tells the server when nobody has used this tab for some minutes, and when somebody uses it again. */
import type { DeskConnection } from './deskConnection.ts';

const AWAY_AFTER_MS = 5 * 60_000;
const signs = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const;

export function watchUse(
  connection: Pick<DeskConnection, 'setAway'>,
  page: Pick<Window, 'addEventListener' | 'removeEventListener'>,
  awayAfterMs = AWAY_AFTER_MS,
): () => void {
  let usedAtMs = performance.now();
  let timer = setTimeout(look, awayAfterMs);
  // One timer for many signs: a moved pointer must cost nothing.
  function look() {
    const leftMs = usedAtMs + awayAfterMs - performance.now();
    if (leftMs <= 0) return connection.setAway(true);
    timer = setTimeout(look, leftMs);
  }
  const onUse = () => {
    const isBack = performance.now() - usedAtMs >= awayAfterMs;
    usedAtMs = performance.now();
    connection.setAway(false);
    if (!isBack) return;
    clearTimeout(timer);
    timer = setTimeout(look, awayAfterMs);
  };
  for (const sign of signs) page.addEventListener(sign, onUse, { passive: true, capture: true });
  return () => {
    clearTimeout(timer);
    for (const sign of signs) page.removeEventListener(sign, onUse, { capture: true });
  };
}
