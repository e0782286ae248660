/** What stands in an avatar when there is no picture: one or two letters and a colour that stays with the id. */

export function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const [first, second] = words;
  const letters = [first, second].map((word) => (word ? ([...word][0] ?? '') : ''));
  return letters.join('').toUpperCase();
}

export function colourOf(id: string): 1 | 2 | 3 | 4 | 5 | 6 {
  let sum = 0;
  for (const char of id) sum = (sum * 31 + char.charCodeAt(0)) % 997;
  return ((sum % 6) + 1) as 1 | 2 | 3 | 4 | 5 | 6;
}
