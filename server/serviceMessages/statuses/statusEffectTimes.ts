/**
 * The process that changes a status runs its effects at once. After this time any process may assume it crashed, and
 * runs them.
 */
export const EFFECTS_LEASE_MS = 15_000;
/** If a message does not show the write by then, the process died before the write. */
export const ABANDONED_MS = 10 * EFFECTS_LEASE_MS;
