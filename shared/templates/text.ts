/**
 * Splits a template's texts into fixed text and variables, and counts length. Pure, one pass: a value that looks
 * like a variable is not filled again.
 */

export type TextPart = { kind: 'fixed'; text: string } | { kind: 'variable'; name: string };

const VARIABLE = /\{([a-z][a-zA-Z0-9_]{0,31})\}/g;

export function textParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const match of text.matchAll(VARIABLE)) {
    if (match.index > from) parts.push({ kind: 'fixed', text: text.slice(from, match.index) });
    parts.push({ kind: 'variable', name: match[1] as string });
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push({ kind: 'fixed', text: text.slice(from) });
  return parts;
}

/** Names of the variables in a text, each once, in the order of first use. */
export function variablesIn(text: string): string[] {
  return [
    ...new Set(
      textParts(text)
        .filter((part) => part.kind === 'variable')
        .map((part) => part.name),
    ),
  ];
}

/** The text without its variables. */
export function fixedTextOf(text: string): string {
  return textParts(text)
    .map((part) => (part.kind === 'fixed' ? part.text : ''))
    .join('');
}

export function fillText(text: string, valueFor: (name: string) => string): string {
  return fillParts(textParts(text), valueFor);
}

export function fillParts(parts: readonly TextPart[], valueFor: (name: string) => string): string {
  let filled = '';
  for (const part of parts) filled += part.kind === 'fixed' ? part.text : valueFor(part.name);
  return filled;
}

/** N8 counts Unicode code points: an emoji outside the basic plane is one. */
export function codePoints(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; count += 1) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  return count;
}

/** N3, the ad: it always comes last, after a blank line. */
export function joinedText({ body, adText }: { body: string; adText: string | null }): string {
  return adText ? `${body}\n\n${adText}` : body;
}
