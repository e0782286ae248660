/** Who moves a message follows its move at once; after this, whoever looks takes it that they did not live to. */
export const FOLLOW_LEASE_MS = 15_000;
