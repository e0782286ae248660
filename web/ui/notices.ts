/** Short messages at the foot of the screen about an action that failed or succeeded. */
import { createContext, useContext } from 'react';
import { createStore, type Store } from './store.ts';

export interface Notice {
  id: number;
  text: string;
  tone: 'error' | 'done';
  /** What the person may do about it, for as long as the notice is shown. */
  action?: { label: string; run: () => void };
}

export interface Notices {
  current: Store<Notice | null>;
  show(text: string, tone?: Notice['tone'], action?: Notice['action']): void;
}

export function createNotices(): Notices {
  const current = createStore<Notice | null>(null);
  let lastId = 0;
  return {
    current,
    show: (text, tone = 'error', action) => {
      lastId += 1;
      current.set({ id: lastId, text, tone, ...(action && { action }) });
    },
  };
}

const NoticesContext = createContext<Notices | null>(null);
export const NoticesProvider = NoticesContext.Provider;

export function useNotices(): Notices {
  const notices = useContext(NoticesContext);
  if (!notices) throw new Error('useNotices outside of NoticesProvider');
  return notices;
}
