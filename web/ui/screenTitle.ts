/** The name of the screen that is shown. Screens give it; the frame of the desk makes the tab's title of it. */
import { useEffect } from 'react';
import { createStore } from './store.ts';

/** Null while the screen has no name of its own: the inbox. */
export const screenTitle = createStore<string | null>(null);

export function useScreenTitle(title: string): void {
  useEffect(() => {
    screenTitle.set(title);
    return () => screenTitle.set(null);
  }, [title]);
}
