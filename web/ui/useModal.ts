/** Shows a `dialog` over the page while it is drawn, and returns the focus when it closes. */
import { type RefObject, useLayoutEffect } from 'react';
import { openDialogs } from './openDialogs.ts';

export function useModal(ref: RefObject<HTMLDialogElement | null>): void {
  // Before the element leaves the page: the browser returns the focus only from a dialog that is still in it.
  useLayoutEffect(() => {
    const dialog = ref.current;
    if (!dialog) return;
    dialog.showModal();
    openDialogs.set([...openDialogs.get(), dialog]);
    return () => {
      openDialogs.set(openDialogs.get().filter((other) => other !== dialog));
      dialog.close();
    };
  }, [ref]);
}
