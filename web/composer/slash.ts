/** Finds the `/` that asks for a canned answer: at the beginning of a line, with the caret at the end of its words. Pure. */
export interface Slash {
  /** The place of the `/`, and the one after its words. */
  start: number;
  end: number;
  /** The words after the `/`. */
  query: string;
}

/** A longer text is no search. Paths and addresses have more slashes. */
const ASKED = /^([^\S\n]*)\/([^/\n]{0,60})$/;

export function slashAt(text: string, caret: number): Slash | null {
  const lineStart = text.lastIndexOf('\n', caret - 1) + 1;
  const asked = ASKED.exec(text.slice(lineStart, caret));
  if (!asked) return null;
  const rest = text.slice(caret).split('\n', 1)[0] ?? '';
  if (rest.trim() !== '') return null;
  return { start: lineStart + (asked[1]?.length ?? 0), end: caret, query: asked[2] ?? '' };
}
