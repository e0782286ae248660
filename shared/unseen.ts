/**
 * Characters that nobody sees, and characters that nobody can read. A text of the first alone is empty, and inside a
 * name they can deceive. The second are what is left of a text that was cut or decoded wrongly.
 */

/**
 * Unicode's own list of what is not drawn: zero-width marks, and the controls that turn the direction of a text. It also
 * holds the selectors of an emoji's form, which are kept inside a text.
 */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB]/gu;
const UNSEEN_BUT_SELECTORS = /(?![\uFE00-\uFE0F])[\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB]/gu;
/** The blank pattern of Braille is drawn as nothing, but counts as a sign. */
const SPACE = /[\s\u2800]/g;

export function withoutUnseen(text: string): string {
  return text.replace(UNSEEN_BUT_SELECTORS, '');
}

/** True when a reader sees nothing. */
export function isBlank(text: string): boolean {
  return text.replace(UNSEEN, '').replace(SPACE, '') === '';
}

/**
 * Control characters besides line ends, halves of characters, and U+FFFD: a half becomes U+FFFD when it is stored, and
 * the client would read "�".
 */
const BROKEN = /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\uFFFD]/u;

export function hasBrokenCharacter(text: string): boolean {
  return BROKEN.test(text.replaceAll('\n', ''));
}
