/** A section of a screen that is loaded, with its texts, when it is first drawn. */
import type { ComponentType } from 'react';
import type { Area } from '../i18n/areas.ts';
import { lazyPart } from './lazyPart.ts';
import { NotLoaded } from './NotLoaded.tsx';

export function lazySection<Props extends object>(
  wanted: readonly Area[],
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  const { usePart } = lazyPart(wanted, load);
  return function Section(props) {
    const part = usePart();
    if (part.phase === 'ready') return <part.Part {...props} />;
    return part.phase === 'failed' ? <NotLoaded onRetry={part.retry} /> : null;
  };
}
