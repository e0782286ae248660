/** The bar above a list that is for selecting, loaded when a supervisor first selects. */
import { lazySection } from '../ui/lazySection.tsx';
import type { SelectionBarProps } from './SelectionBar.tsx';

export const LazySelectionBar = lazySection<SelectionBarProps>(['transcripts'], () =>
  import('./SelectionBar.tsx').then((module) => module.SelectionBar),
);
