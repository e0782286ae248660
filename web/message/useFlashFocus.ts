/** A jump to a message takes the keyboard there too: what was pressed may be scrolled away. */
import { type RefObject, useEffect, useRef } from 'react';

export function useFlashFocus(isFlashed: boolean): RefObject<HTMLElement | null> {
  const ref = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isFlashed) ref.current?.focus({ preventScroll: true });
  }, [isFlashed]);
  return ref;
}
