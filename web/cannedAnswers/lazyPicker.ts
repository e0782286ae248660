/** The list of canned answers in the composer, loaded when it is first needed: it brings the stems of two languages. */
import { lazyPart } from '../ui/lazyPart.ts';
import type { CannedPickerProps } from './CannedPicker.tsx';

export type { ChosenAnswer, PickerKeys } from './CannedPicker.tsx';

export const lazyPicker = lazyPart<CannedPickerProps>(['cannedAnswers'], () =>
  import('./CannedPicker.tsx').then((module) => module.CannedPicker),
);
