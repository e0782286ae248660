/** Words that were typed on the other keyboard layout: `djpdhfn` for «возврат», «куагтв» for `refund`. */
const LATIN = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.";
const CYRILLIC = 'ёйцукенгшщзхъфывапролджэячсмитьбю';

const toCyrillic = new Map([...LATIN].map((letter, at) => [letter, CYRILLIC[at]!]));
const toLatin = new Map([...CYRILLIC].map((letter, at) => [letter, LATIN[at]!]));

/** The text as the same keys give it on the other layout; null if the text is of both scripts or of neither. */
export function onOtherLayout(text: string): string | null {
  const lower = text.toLowerCase();
  const hasLatin = /[a-z]/.test(lower);
  const hasCyrillic = /[а-яё]/.test(lower);
  if (hasLatin === hasCyrillic) return null;
  const keys = hasLatin ? toCyrillic : toLatin;
  return [...lower].map((letter) => keys.get(letter) ?? letter).join('');
}
