/** The content of an avatar without a picture: one or two letters and a colour that depends on the id. */

export function initials(name: string): string {
  const letters = name.split(/\s+/).map((word) => /[\p{L}\p{N}]/u.exec(word)?.[0] ?? '');
  return letters.filter(Boolean).slice(0, 2).join('').toUpperCase();
}

export function colourOf(id: string): 1 | 2 | 3 | 4 | 5 | 6 {
  let sum = 0;
  for (const char of id) sum = (sum * 31 + char.charCodeAt(0)) % 997;
  return ((sum % 6) + 1) as 1 | 2 | 3 | 4 | 5 | 6;
}
