/**
 * Closes the desk's parts in the reverse of the order in which they started, so that no part outlives what it needs.
 */
type Close = () => Promise<unknown> | unknown;

export interface Closing {
  add(close: Close): void;
  /** A part that fails to close does not keep the others from closing; the first failure is thrown at the end. */
  closeAll(): Promise<void>;
}

export function createClosing(): Closing {
  const parts: Close[] = [];
  return {
    add: (close) => {
      parts.push(close);
    },
    async closeAll() {
      const failures: unknown[] = [];
      for (let close = parts.pop(); close; close = parts.pop()) {
        try {
          await close();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}
