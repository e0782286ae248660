/** What a phone without a connection shows: the last value from before. */
import { useRef } from 'react';

export function useFrozen<Value>(value: Value, isOffline: boolean): Value {
  const last = useRef(value);
  if (!isOffline) last.current = value;
  return last.current;
}
