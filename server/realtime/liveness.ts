/**
 * Which processes are alive: those whose heartbeat moves, judged by this process's own monotonic clock. The times of
 * two machines are never compared, so a process with a wrong clock is alive too.
 */

export interface Heartbeat {
  _id: string;
  /** Absent in documents of older versions, which only renew `seenAt`. */
  beat?: number;
  seenAt: Date;
}

interface Heard {
  beat: number;
  /** When the beat was first seen, by `performance.now()`. */
  atMs: number;
}

export interface Liveness {
  /** A process that is seen for the first time counts as alive. Call it with all processes, at every look. */
  pickAlive<T extends Heartbeat>(known: readonly T[]): T[];
}

/** @param goneMs a process whose heartbeat did not move for this long counts as dead. */
export function createLiveness(goneMs: number, nowMs = () => performance.now()): Liveness {
  const heard = new Map<string, Heard>();
  let lookedAtMs = nowMs();

  return {
    pickAlive(known) {
      const now = nowMs();
      // This process was stopped, or the store was away: nobody could be heard, so the waiting begins anew.
      if (now - lookedAtMs > goneMs) for (const one of heard.values()) one.atMs = now;
      lookedAtMs = now;
      const ids = new Set(known.map(({ _id }) => _id));
      for (const id of heard.keys()) if (!ids.has(id)) heard.delete(id);
      return known.filter((one) => {
        const beat = one.beat ?? one.seenAt.getTime();
        const last = heard.get(one._id);
        if (last?.beat === beat) return now - last.atMs <= goneMs;
        heard.set(one._id, { beat, atMs: now });
        return true;
      });
    },
  };
}
