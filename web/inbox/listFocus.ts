/** Moves the keyboard focus among the drawn rows. Enter opens the focused row, which need not be the opened one. */

const ROW = '[data-conversation-row]';

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(ROW)].sort(
    (a, b) => Number(a.dataset.index) - Number(b.dataset.index),
  );
}

export function moveInList(step: 1 | -1): void {
  const all = rows();
  if (all.length === 0) return;
  const at = all.indexOf(document.activeElement as HTMLElement);
  const from = at >= 0 ? at : all.findIndex((row) => row.tabIndex === 0) - step;
  const next = all[Math.min(Math.max(from + step, 0), all.length - 1)];
  next?.focus();
}

/** The row of this conversation, or the one that had the keyboard focus last. */
export function focusRow(conversationId: string | null): void {
  const all = rows();
  const own = all.find((row) => row.dataset.conversationRow === conversationId);
  (own ?? all.find((row) => row.tabIndex === 0) ?? all[0])?.focus();
}
