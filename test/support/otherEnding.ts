/** The same text with another last letter: a wrong secret of the right length. */
export function otherEnding(text: string): string {
  return `${text.slice(0, -1)}${text.endsWith('0') ? '1' : '0'}`;
}
