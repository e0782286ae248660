/**
 * Which dialog of a section is open, and where the focus goes when it closes: back to the button that opened it, or to
 * a place that stays, when what was done takes that button away.
 */
import { useState } from 'react';
import { flushSync } from 'react-dom';

export interface ReturningDialog<Name> {
  shown: Name | null;
  open(name: Name): void;
  /** Nothing was done. */
  close(): void;
  /** It was done. */
  done(): void;
}

export function useReturningDialog<Name>(placeThatStays: () => HTMLElement | null): ReturningDialog<Name> {
  const [shown, setShown] = useState<Name | null>(null);
  const close = () => {
    flushSync(() => setShown(null));
    // Meanwhile a colleague may have done the same, and the button is gone.
    if (document.activeElement === null || document.activeElement === document.body)
      placeThatStays()?.focus();
  };
  return {
    shown,
    open: (name) => setShown(name),
    close,
    done: () => {
      close();
      placeThatStays()?.focus();
    },
  };
}
