/**
 * Whether a key press belongs to an input method, for example to Enter that accepts a Japanese word. Safari ends the
 * composition before that press, and marks it only by key code 229 (webkit.org/b/165004).
 */
export function isComposing({
  isComposing,
  keyCode,
}: Pick<KeyboardEvent, 'isComposing' | 'keyCode'>): boolean {
  return isComposing || keyCode === 229;
}
