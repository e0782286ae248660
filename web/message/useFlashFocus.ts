/** A jump to a message also moves the keyboard focus there: the pressed element may be out of view. */
import { type RefObject, useEffect, useRef } from 'react';

export function useFlashFocus(isFlashed: boolean): RefObject<HTMLElement | null> {
  const ref = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isFlashed) ref.current?.focus({ preventScroll: true });
  }, [isFlashed]);
  return ref;
}
