/** Makes a file name safe to store, show and send to a network, and keeps it readable. */
import { randomUUID } from 'node:crypto';

const NAME_CHARS = 200;
const EXTENSION_CHARS = 20;

/**
 * Characters that change the direction of the text, so that "photo\u202Egpj.exe" looks like a picture; and invisible
 * characters. Unicode's list of bidirectional controls: UAX #9, section 2.
 */
const invisible = /[\u061C\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/gu;
/** Control characters, half characters, and characters that some systems forbid in file names. */
const forbidden = /[\p{Cc}\p{Cs}<>:"|?*]/gu;

export function safeFileName(given: string): string {
  const last = given.split(/[/\\]/).findLast((part) => part.trim() !== '') ?? '';
  const name = last
    .normalize('NFC')
    .replace(invisible, '')
    .replace(forbidden, '_')
    // A leading dot hides a file or names a folder; some systems drop trailing dots.
    .replace(/^[.\s]+|[.\s]+$/g, '');
  return shorten(name) || randomUUID();
}

/** Cuts between whole characters and keeps the extension. */
function shorten(name: string): string {
  const chars = [...name];
  if (chars.length <= NAME_CHARS) return name;
  const dot = chars.lastIndexOf('.');
  const extension = dot > 0 && chars.length - dot <= EXTENSION_CHARS ? chars.slice(dot) : [];
  return [...chars.slice(0, NAME_CHARS - extension.length), ...extension].join('');
}
