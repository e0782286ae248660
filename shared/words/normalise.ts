/**
 * One spelling for what people type alike: lower case, ё as е, no diacritics except that of й, compatible forms (full
 * width, ligatures) as plain ones.
 */

/** A combining mark, but for the breve that makes и an й. */
const MARKS = /(?<!и)\p{M}+|(?<=и)(?!\u0306)\p{M}+/gu;

export function normalise(text: string): string {
  // Most texts are plain Russian or English, where only case and ё differ.
  const lower = text.toLowerCase().replaceAll('ё', 'е');
  if (isPlain(lower)) return lower;
  return lower.normalize('NFKD').replace(MARKS, '').normalize('NFC').replaceAll('ё', 'е').toLowerCase();
}

function isPlain(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 0x7e && !(code >= 0x430 && code <= 0x44f)) return false;
  }
  return true;
}
