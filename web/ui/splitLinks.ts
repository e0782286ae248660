/** Finds links in plain text with linkify-it: http and https addresses and bare domains, in any script. */
import { LinkifyIt } from 'linkify-it';
import { safeLink } from './links.ts';

export type TextPart = { kind: 'text'; text: string } | { kind: 'link'; text: string; href: string };

/** E-mail addresses are recognised only so that their domains do not become links. */
const finder = new LinkifyIt({ fuzzyLink: true, fuzzyEmail: true, urlAuth: true });

/** The empty string is linkify-it's name for a link without a scheme; only these two schemes become links. */
const followed: readonly string[] = ['', 'http:', 'https:'];

/** The parts in order; joined, they give the whole text. */
export function splitLinks(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const { schema, index, lastIndex, url } of finder.match(text) ?? []) {
    const href = followed.includes(schema.toLowerCase()) ? safeLink(url) : null;
    if (!href) continue;
    if (index > from) parts.push({ kind: 'text', text: text.slice(from, index) });
    parts.push({ kind: 'link', text: text.slice(index, lastIndex), href });
    from = lastIndex;
  }
  if (from < text.length) parts.push({ kind: 'text', text: text.slice(from) });
  return parts;
}
