/**
 * Cleans every name that comes from outside: of files, people, communities and chats. Marks that turn the
 * direction of a text make "Договорfdp.exe" look like "Договорexe.pdf", on the screen and in the dialog that saves it.
 */
import { withoutUnseen } from './unseen.ts';

/** A name is one line. */
const LINE_BREAKS = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;
/** Halves of characters, left where a network cut a name. */
const HALVES = /\p{Cs}/gu;
const NAME_CHARS = 300;

/** May be empty. Slashes stay: a product may be called "10/12". */
export function cleanName(name: string, mostChars = NAME_CHARS): string {
  return cut(withoutUnseen(name).replace(LINE_BREAKS, ' ').replace(HALVES, ''), mostChars).trim();
}

const FILE_NAME_CHARS = 200;
const EXTENSION_CHARS = 20;
/** Control characters, half characters, and characters that some systems forbid in file names. */
const FORBIDDEN_IN_FILES = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}<>:"/\\|?*]/gu;

/** Safe to show, store, send to a network and save; the extension stays. May be empty. */
export function cleanFileName(name: string): string {
  const clean = withoutUnseen(name.normalize('NFC'))
    .replace(FORBIDDEN_IN_FILES, '_')
    // A leading dot hides a file or names a folder; some systems drop trailing dots.
    .replace(/^[.\s]+|[.\s]+$/g, '');
  return shorten(clean);
}

/** Cuts between whole characters and keeps the extension. */
function shorten(name: string): string {
  const chars = [...name];
  if (chars.length <= FILE_NAME_CHARS) return name;
  const dot = chars.lastIndexOf('.');
  const extension = dot > 0 && chars.length - dot <= EXTENSION_CHARS ? chars.slice(dot) : [];
  return [...chars.slice(0, FILE_NAME_CHARS - extension.length), ...extension].join('');
}

function cut(text: string, mostChars: number): string {
  return text.length <= mostChars ? text : [...text].slice(0, mostChars).join('');
}
