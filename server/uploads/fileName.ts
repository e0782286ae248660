/** The name of a file as it may be kept, shown, and given to a network: readable, and harmless wherever it lands. */
import { randomUUID } from 'node:crypto';

const NAME_CHARS = 200;
const EXTENSION_CHARS = 20;

/**
 * Characters that turn the direction of what follows, so that "photo\u202Egpj.exe" reads as a picture; and the marks
 * that nobody sees. Unicode's list of bidirectional controls: UAX #9, section 2.
 */
const unseen = /[\u061C\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/gu;
/** Controls, halves of characters, and what some system's file names may not hold. */
const unfit = /[\p{Cc}\p{Cs}<>:"|?*]/gu;

export function safeFileName(given: string): string {
  const last = given.split(/[/\\]/).findLast((part) => part.trim() !== '') ?? '';
  const name = last
    .normalize('NFC')
    .replace(unseen, '')
    .replace(unfit, '_')
    // A leading dot hides a file and names folders; trailing ones are lost on some systems.
    .replace(/^[.\s]+|[.\s]+$/g, '');
  return shorten(name) || randomUUID();
}

/** Cuts in the middle of nothing: whole characters, and the extension stays. */
function shorten(name: string): string {
  const chars = [...name];
  if (chars.length <= NAME_CHARS) return name;
  const dot = chars.lastIndexOf('.');
  const extension = dot > 0 && chars.length - dot <= EXTENSION_CHARS ? chars.slice(dot) : [];
  return [...chars.slice(0, NAME_CHARS - extension.length), ...extension].join('');
}
