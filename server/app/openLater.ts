/** A part that another needs and that is opened after it: who asks before waits, until it is there or is given up. */
export interface OpenLater<T> {
  opened: Promise<T>;
  open(part: T): void;
  /** Who waits is told that the desk ends. */
  giveUp(): void;
}

export function openLater<T>(): OpenLater<T> {
  let open: (part: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const opened = new Promise<T>((resolve, fail) => {
    open = resolve;
    reject = fail;
  });
  // Nobody may be waiting when the desk ends.
  opened.catch(() => undefined);
  return { opened, open, giveUp: () => reject(new Error('The desk is closing')) };
}
