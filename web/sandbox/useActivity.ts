/** The community's current activity, such as typing; it disappears when its time is over. */
import { useEffect, useState } from 'react';
import type { DialogueSnapshot } from '../../shared/sandbox.ts';

export function useActivity(activity: DialogueSnapshot['activity']): string | null {
  const [now, setNow] = useState(() => Date.now());
  const untilMs = activity?.untilMs ?? 0;
  useEffect(() => {
    const leftMs = untilMs - Date.now();
    setNow(Date.now());
    if (leftMs <= 0) return undefined;
    const timer = setTimeout(() => setNow(Date.now()), leftMs + 10);
    return () => clearTimeout(timer);
  }, [untilMs]);
  return activity && untilMs > now ? activity.type : null;
}
