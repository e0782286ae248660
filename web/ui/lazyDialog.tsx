/** A dialog that is loaded when it is first opened, or earlier by `preload`. */
import { type ComponentType, useEffect } from 'react';
import type { Area } from '../i18n/areas.ts';
import type { I18n } from '../i18n/i18n.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { Dialog } from './Dialog.tsx';
import { lazyPart } from './lazyPart.ts';
import { NotLoaded } from './NotLoaded.tsx';

interface Preloaded {
  preload(i18n: I18n): Promise<void>;
}
export type LazyDialog<Props> = ComponentType<Props> & Preloaded;

/** Preloads when the browser is idle after the screen is drawn, so that dialogs open at once, even offline. */
const IDLE_WITHIN_MS = 5_000;

export function lazyDialog<Props extends { onClose: () => void }>(
  wanted: readonly Area[],
  load: () => Promise<ComponentType<Props>>,
): LazyDialog<Props> {
  const { preload, usePart } = lazyPart(wanted, load);
  function Opened(props: Props) {
    const { t } = useTranslation();
    const part = usePart();
    if (part.phase === 'ready') return <part.Part {...props} />;
    if (part.phase === 'loading') return null;
    return (
      <Dialog title={t('app.name')} onClose={props.onClose}>
        <NotLoaded onRetry={part.retry} />
      </Dialog>
    );
  }
  return Object.assign(Opened, { preload });
}

export function usePreloaded(...dialogs: Preloaded[]): void {
  const { i18n } = useTranslation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same dialogs each time
  useEffect(() => whenIdle(() => void dialogs.map((dialog) => dialog.preload(i18n))), [i18n]);
}

/** Safari has no `requestIdleCallback`. */
function whenIdle(work: () => void): () => void {
  if ('requestIdleCallback' in window) {
    const handle = window.requestIdleCallback(work, { timeout: IDLE_WITHIN_MS });
    return () => window.cancelIdleCallback(handle);
  }
  const timer = setTimeout(work, IDLE_WITHIN_MS);
  return () => clearTimeout(timer);
}
