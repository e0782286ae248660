/** A part that another needs and that is opened after it: who asks before waits, until it is there or is given up. */
export interface Deferred<T> {
  promise: Promise<T>;
  resolve(part: T): void;
  /** Who waits is told that the desk ends. */
  abandon(): void;
}

export function deferred<T>(): Deferred<T> {
  const resolve: (part: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((resolve, fail) => {
    resolve = resolve;
    reject = fail;
  });
  // Nobody may be waiting when the desk ends.
  promise.catch(() => undefined);
  return { promise, resolve, abandon: () => reject(new Error('The desk is closing')) };
}
