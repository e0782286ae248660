/** Finds links in plain text, and decides which addresses may become links or media at all. */

export type TextPart = { kind: 'text'; text: string } | { kind: 'link'; text: string; href: string };

const LINK = /https?:\/\/[^\s<>"']+/giu;
const TRAILING = /[.,;:!?»”’)\]}]+$/u;

export function splitLinks(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    const found = trimEnd(match[0]);
    const href = safeLink(found);
    if (!href) continue;
    if (match.index > from) parts.push({ kind: 'text', text: text.slice(from, match.index) });
    parts.push({ kind: 'link', text: found, href });
    from = match.index + found.length;
  }
  if (from < text.length) parts.push({ kind: 'text', text: text.slice(from) });
  return parts;
}

/** A full stop after a link ends the sentence, not the address; a bracket belongs to it when it was opened in it. */
function trimEnd(found: string): string {
  let end = found.replace(TRAILING, '');
  const cut = found.slice(end.length);
  if (cut.startsWith(')') && end.split('(').length > end.split(')').length) end += ')';
  return end;
}

/** The address when it is http or https, else null: no scripts, no data. */
export function safeLink(address: string | null): string | null {
  if (!address) return null;
  try {
    const url = new URL(address);
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null;
  } catch {
    return null;
  }
}

/** A safe address without its scheme, as short as it can be shown; null when it is not safe. */
export function shortAddress(address: string | null): string | null {
  return safeLink(address)?.replace(/^https?:\/\//, '') ?? null;
}

/**
 * An address to be read by people: letters and digits of any language stand for their percent signs. Nothing else does,
 * or a sign that turns or hides text would make one address look like another.
 */
export function readableAddress(address: string): string {
  return address.replace(/(?:%[0-9a-f]{2})+/gi, (encoded) => {
    try {
      const decoded = decodeURIComponent(encoded);
      return /^[\p{L}\p{N}]+$/u.test(decoded) ? decoded : encoded;
    } catch {
      return encoded;
    }
  });
}

/** A picture or file: one of this desk by its path, or one elsewhere by https. */
export function safeMedia(address: string | null): string | null {
  if (address === null) return null;
  if (/^\/(?!\/)/.test(address)) return address;
  return safeLink(address);
}
