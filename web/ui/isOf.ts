/** Whether a value that was kept or sent by some version is one of those that this one knows. */
export const isOf = <T extends string>(all: readonly T[], value: unknown): value is T =>
  (all as readonly unknown[]).includes(value);
