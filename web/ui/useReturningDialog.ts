/**
 * Which dialog of a section is open, and where the focus goes when it closes: back to the button that opened it, or
 * to an element that stays, when the action removes that button.
 */
import { useState } from 'react';
import { flushSync } from 'react-dom';

export interface ReturningDialog<Name> {
  shown: Name | null;
  open(name: Name): void;
  /** Closes without doing the action. */
  close(): void;
  /** Closes after the action. */
  done(): void;
}

export function useReturningDialog<Name>(placeThatStays: () => HTMLElement | null): ReturningDialog<Name> {
  const [shown, setShown] = useState<Name | null>(null);
  const close = () => {
    flushSync(() => setShown(null));
    // Another person may have done the same meanwhile, and the button is gone.
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
