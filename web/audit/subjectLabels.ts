/** What a line is about: by its name where it has one, by the end of its id where it has none. */

const SHOWN_CHARS = 6;

/** Enough to tell two apart that stand near one another. */
export function endOfId(id: string): string {
  return `…${id.slice(-SHOWN_CHARS)}`;
}

/** Of these there is one, and the action names it already. */
export const namedByAction: readonly string[] = ['company', 'export'];
