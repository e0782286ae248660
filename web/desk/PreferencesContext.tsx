/** Provides this browser's preferences to the screens. */
import { createContext, useContext } from 'react';
import type { Store } from '../ui/store.ts';
import { useStore } from '../ui/useStore.ts';
import type { Preferences } from './preferences.ts';

const PreferencesContext = createContext<Store<Preferences> | null>(null);
export const PreferencesProvider = PreferencesContext.Provider;

export function usePreferences(): [Preferences, (change: Partial<Preferences>) => void] {
  const store = useContext(PreferencesContext);
  if (!store) throw new Error('usePreferences outside of PreferencesProvider');
  const value = useStore(store);
  return [value, (change) => store.set({ ...store.get(), ...change })];
}
