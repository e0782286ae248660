/** Puts the keyboard on one element when it is first drawn: a window opens where its work begins. */
import { type RefObject, useEffect, useRef } from 'react';

export function useFocusOnce<T extends HTMLElement>(): RefObject<T | null> {
  const ref = useRef<T>(null);
  // After the layout effect that opens a dialog: before it nothing inside can take the focus.
  useEffect(() => ref.current?.focus(), []);
  return ref;
}
