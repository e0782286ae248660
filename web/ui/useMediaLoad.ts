/** Whether a picture or recording came, and loading it again. After a failure the desk says whether the file is gone. */
import { useState } from 'react';

export interface MediaLoad {
  state: 'loading' | 'failed' | 'gone';
  /** Grows with each attempt; as the element's key it makes the browser ask again. */
  attempt: number;
  fail(): void;
  again(): void;
}

export function useMediaLoad(url: string | null): MediaLoad {
  const [{ state, attempt }, set] = useState({ state: 'loading' as MediaLoad['state'], attempt: 0 });
  return {
    state,
    attempt,
    fail() {
      set((now) => ({ ...now, state: 'failed' }));
      if (!url?.startsWith('/')) return;
      // The element does not tell the status. Only a failure of this attempt may become "gone".
      void fetch(url, { method: 'HEAD' }).then(
        ({ status }) => {
          if (status !== 404) return;
          set((now) => (now.attempt === attempt && now.state === 'failed' ? { ...now, state: 'gone' } : now));
        },
        () => undefined,
      );
    },
    again: () => set((now) => ({ state: 'loading', attempt: now.attempt + 1 })),
  };
}
