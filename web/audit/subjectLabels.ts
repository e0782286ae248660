/** Labels of the subject of an audit line: its name, or the end of its id when it has no name. */
const SHOWN_CHARS = 6;

/** Enough characters to tell neighbouring ids apart. */
export function endOfId(id: string): string {
  return `…${id.slice(-SHOWN_CHARS)}`;
}

/** These subjects exist once, and the action already names them. */
export const namedByAction: readonly string[] = ['company', 'export'];
