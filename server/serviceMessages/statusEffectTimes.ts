/** Who moves a message follows its move at once; after this, whoever looks takes it that they did not live to. */
export const FOLLOW_LEASE_MS = 15_000;
/** A write that has not been made by then is not made any more: its process died before it. */
export const ABANDONED_MS = 10 * FOLLOW_LEASE_MS;
