/** A part that another part needs and that is opened later: the earlier part awaits its promise. */
export interface Deferred<T> {
  promise: Promise<T>;
  resolve(part: T): void;
  /** Rejects the promise because the desk is closing; does nothing once the promise is resolved. */
  abandon(): void;
}

export function deferred<T>(): Deferred<T> {
  let resolve: (part: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  // Without a catch, the rejection at closing would count as unhandled.
  promise.catch(() => undefined);
  return { promise, resolve, abandon: () => reject(new Error('The desk is closing')) };
}
