/** Binds keys to actions while a component is drawn. Ignores keys pressed in a field, a menu or a dialog. */
import { useEffect, useRef } from 'react';
import { isComposing } from '../ui/isComposing.ts';
import { createKeyReader } from './hotkeys.ts';

export type Hotkeys = Record<string, (event: KeyboardEvent) => void>;

export function useHotkeys(bindings: Hotkeys): void {
  const latest = useRef(bindings);
  useEffect(() => {
    latest.current = bindings;
  });
  useEffect(() => {
    const reader = createKeyReader();
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isComposing(event) || isBusyWithKeys(event.target)) return;
      const name = reader.read(event, event.timeStamp, Object.keys(latest.current));
      if (name === null) return;
      event.preventDefault();
      latest.current[name]?.(event);
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}

function isBusyWithKeys(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.closest('input, textarea, select, [contenteditable], dialog, [role=menu]') !== null;
}
