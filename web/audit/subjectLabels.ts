/** Labels of the subject of an audit line: its name, or the end of its id when it has no name. */
const SHOWN_CHARS = 6;

/** Enough to tell two apart that stand near one another. */
export function endOfId(id: string): string {
  return `…${id.slice(-SHOWN_CHARS)}`;
}

/** Of these there is one, and the action names it already. */
export const namedByAction: readonly string[] = ['company', 'export'];
