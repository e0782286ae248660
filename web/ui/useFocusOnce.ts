/** Focuses one element when it is first drawn, such as the first field of a dialog. */
import { type RefObject, useEffect, useRef } from 'react';

export function useFocusOnce<T extends HTMLElement>(): RefObject<T | null> {
  const ref = useRef<T>(null);
  // After the layout effect that opens a dialog: before it, nothing inside can be focused.
  useEffect(() => ref.current?.focus(), []);
  return ref;
}
