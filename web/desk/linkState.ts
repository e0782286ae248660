/** Whether this tab is connected to the server, and since when it is not. */
export type LinkState =
  | { phase: 'connecting' }
  | { phase: 'online' }
  /** Just lost: the tab reconnects, and no alarm is shown yet. */
  | { phase: 'reconnecting'; sinceMs: number }
  | { phase: 'offline'; sinceMs: number };

/** A shorter break shows no red banner. */
export const QUIET_RECONNECT_MS = 10_000;

export function lost(state: LinkState, nowMs: number): LinkState {
  if (state.phase === 'reconnecting' || state.phase === 'offline') return state;
  return { phase: 'reconnecting', sinceMs: nowMs };
}

export function gaveUpWaiting(state: LinkState, nowMs: number): LinkState {
  if (state.phase === 'online' || state.phase === 'offline') return state;
  return { phase: 'offline', sinceMs: state.phase === 'reconnecting' ? state.sinceMs : nowMs };
}
