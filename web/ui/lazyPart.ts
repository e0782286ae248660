/**
 * A part of the screen that is loaded on demand, together with its texts. A failed load (no connection, or the files
 * of a new version differ) is passed to the component that draws the part, with a function to try again.
 */
import { type ComponentType, useEffect, useReducer, useState } from 'react';
import type { Area } from '../i18n/areas.ts';
import type { I18n } from '../i18n/i18n.ts';
import { useTranslation } from '../i18n/useTranslation.ts';

export type PartState<Props> =
  | { phase: 'ready'; Part: ComponentType<Props> }
  | { phase: 'loading' }
  | { phase: 'failed'; retry: () => void };

export interface LazyPart<Props> {
  /** Loads it ahead of use. Never rejects: a failure shows when the part is drawn. */
  preload(i18n: I18n): Promise<void>;
  usePart(): PartState<Props>;
}

export function lazyPart<Props>(
  wanted: readonly Area[],
  load: () => Promise<ComponentType<Props>>,
): LazyPart<Props> {
  let loaded: ComponentType<Props> | undefined;
  const loadAll = async (i18n: I18n) => {
    const [part] = await Promise.all([loaded ?? load(), i18n.need(wanted)]);
    loaded = part;
  };
  return {
    preload: (i18n) => loadAll(i18n).catch(() => undefined),
    usePart() {
      const { i18n } = useTranslation();
      const [attempt, again] = useReducer((count: number) => count + 1, 0);
      const [failedAttempt, setFailed] = useState(-1);
      const [, redraw] = useReducer((count: number) => count + 1, 0);
      const ready = loaded !== undefined && i18n.has(wanted) ? loaded : undefined;
      // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt is another load
      useEffect(() => {
        if (ready) return;
        let isHere = true;
        loadAll(i18n).then(
          () => isHere && redraw(),
          () => isHere && setFailed(attempt),
        );
        return () => {
          isHere = false;
        };
      }, [i18n, ready, attempt]);
      if (ready) return { phase: 'ready', Part: ready };
      return failedAttempt === attempt ? { phase: 'failed', retry: again } : { phase: 'loading' };
    },
  };
}
