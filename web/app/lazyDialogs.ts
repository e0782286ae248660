/** The frame's own dialogs, loaded after the first screen. */
import { lazyDialog } from '../ui/lazyDialog.tsx';

export const OwnMenu = lazyDialog([], () => import('./OwnMenu.tsx').then((module) => module.OwnMenu));
export const KeyboardDialog = lazyDialog([], () =>
  import('./KeyboardDialog.tsx').then((module) => module.KeyboardDialog),
);
