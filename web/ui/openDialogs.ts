/**
 * The dialogs that are open, the uppermost last. While one is, the browser lets nothing outside of it be seen plainly,
 * pressed or heard: what must be, is drawn inside it.
 */
import { createStore } from './store.ts';

export const openDialogs = createStore<readonly HTMLDialogElement[]>([]);
