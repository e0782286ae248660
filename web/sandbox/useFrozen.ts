/** What a phone without a connection shows: the last that it saw before. */
import { useRef } from 'react';

export function useFrozen<Value>(value: Value, isOffline: boolean): Value {
  const last = useRef(value);
  if (!isOffline) last.current = value;
  return last.current;
}
