/** Whether this tab hears the desk, and since when it does not. */
export type LinkState =
  | { phase: 'connecting' }
  | { phase: 'online' }
  /** Just lost: trying again, nothing to alarm anybody with yet. */
  | { phase: 'reconnecting'; sinceMs: number }
  | { phase: 'offline'; sinceMs: number };

/** A break shorter than this is not worth a red banner. */
export const QUIET_RECONNECT_MS = 10_000;

export function lost(state: LinkState, nowMs: number): LinkState {
  if (state.phase === 'reconnecting' || state.phase === 'offline') return state;
  return { phase: 'reconnecting', sinceMs: nowMs };
}

export function gaveUpWaiting(state: LinkState, nowMs: number): LinkState {
  if (state.phase === 'online' || state.phase === 'offline') return state;
  return { phase: 'offline', sinceMs: state.phase === 'reconnecting' ? state.sinceMs : nowMs };
}
