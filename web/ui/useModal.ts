/** Shows a `dialog` over the page while it is drawn, and gives the focus back to where it was. */
import { type RefObject, useLayoutEffect } from 'react';
import { openDialogs } from './openDialogs.ts';

export function useModal(ref: RefObject<HTMLDialogElement | null>): void {
  // Before the element leaves the page: the browser gives the focus back only from a dialog that is still in it.
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
