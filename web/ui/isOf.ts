/** Whether a stored or received value, perhaps from another version, is one that this version knows. */
export const isOf = <T extends string>(all: readonly T[], value: unknown): value is T =>
  (all as readonly unknown[]).includes(value);
