/** How long a template's text can become, counted as in N8, for the editor's counter and for reviewers. */
import type { TemplateContent } from '../schemas/template.ts';
import { codePoints, fixedTextOf, joinedText, textParts } from './text.ts';

export interface TextLength {
  /** The fixed text alone, ad and blank line included. */
  fixedChars: number;
  /** With every variable at its longest. */
  longestChars: number;
}

export function textLength(content: Pick<TemplateContent, 'body' | 'adText' | 'variables'>): TextLength {
  const text = joinedText(content);
  const fixedChars = codePoints(fixedTextOf(text));
  const maxLengthOf = new Map(content.variables.map(({ name, maxLength }) => [name, maxLength]));
  let longestChars = fixedChars;
  for (const part of textParts(text))
    if (part.kind === 'variable') longestChars += maxLengthOf.get(part.name) ?? 0;
  return { fixedChars, longestChars };
}
