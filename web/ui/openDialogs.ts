/**
 * The open dialogs, the uppermost last. While one is open, the browser makes everything outside it inert: notices
 * must be drawn inside it.
 */
import { createStore } from './store.ts';

export const openDialogs = createStore<readonly HTMLDialogElement[]>([]);
