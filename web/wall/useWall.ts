/** The newest view of the wall, and how old it is by this tab's monotonic clock. */
import { useEffect, useState } from 'react';
import type { ErrorCode } from '../../shared/errorCodes.ts';
import { type WallView, wallView } from '../../shared/schemas/wall.ts';
import { useDesk } from '../desk/DeskContext.tsx';
import { useStore } from '../ui/useStore.ts';
import { OLD_AFTER_MS } from './wallText.ts';

export type WallState =
  | { phase: 'loading' | 'slow' | 'failed' }
  | { phase: 'refused'; code: ErrorCode }
  /** `elapsedMs`: to be added to every span; 0 while the figures are old, because then nobody knows. */
  | { phase: 'shown'; view: WallView; elapsedMs: number; isOld: boolean };

const SLOW_AFTER_MS = 4_000;
const FAILED_AFTER_MS = 15_000;

export function useWall(): WallState & { retry: () => void } {
  const { connection } = useDesk();
  const link = useStore(connection.state);
  const [shown, setShown] = useState<{ view: WallView; atMs: number } | null>(null);
  const [refused, setRefused] = useState<ErrorCode | null>(null);
  const [tries, setTries] = useState(0);
  const [openedAtMs, setOpenedAtMs] = useState(() => performance.now());
  const nowMs = useSteadyNow();

  // biome-ignore lint/correctness/useExhaustiveDependencies: another try asks again
  useEffect(() => {
    setOpenedAtMs(performance.now());
    setRefused(null);
    return connection.openWall({
      onView(raw) {
        const read = wallView.safeParse(raw);
        // Of another version of the server: what is shown becomes old, and says so.
        if (!read.success) return;
        setRefused(null);
        setShown({ view: read.data, atMs: performance.now() });
      },
      onRefused: setRefused,
    });
  }, [connection, tries]);

  const retry = () => setTries((before) => before + 1);
  if (refused) return { phase: 'refused', code: refused, retry };
  if (!shown) {
    const waitedMs = nowMs - openedAtMs;
    const phase = waitedMs > FAILED_AFTER_MS ? 'failed' : waitedMs > SLOW_AFTER_MS ? 'slow' : 'loading';
    return { phase, retry };
  }
  const ageMs = Math.max(0, nowMs - shown.atMs);
  const isOld = link.phase !== 'online' || ageMs > OLD_AFTER_MS;
  return { phase: 'shown', view: shown.view, elapsedMs: isOld ? 0 : ageMs, isOld, retry };
}

/** Every second, by a clock that nobody sets. */
function useSteadyNow(): number {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
