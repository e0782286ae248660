/**
 * Turns key presses into names of bindings: `j`, `?`, `escape`, `g i`. A letter is identified by its place on the
 * keyboard, so a Russian layout has the same keys. Pure, except that it remembers the first key of a pair.
 */

/** How long the first key of a pair waits for the second one. */
export const PAIR_WAIT_MS = 1_000;

export interface KeyPress {
  key: string;
  code: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

function keyName(press: KeyPress): string | null {
  if (press.ctrlKey || press.metaKey || press.altKey) return null;
  // On a Russian layout the key of the question mark types a comma.
  if (press.key === '?' || (press.code === 'Slash' && press.key === ',')) return '?';
  if (press.key === '/' || (press.code === 'Slash' && press.key === '.')) return '/';
  const letter = /^Key([A-Z])$/.exec(press.code)?.[1];
  if (letter) return letter.toLowerCase();
  return press.key.toLowerCase();
}

export interface KeyReader {
  /** The binding that this press completes, if any. */
  read(press: KeyPress, nowMs: number, names: readonly string[]): string | null;
}

export function createKeyReader(): KeyReader {
  let first: { name: string; untilMs: number } | null = null;
  return {
    read: (press, nowMs, names) => {
      const name = keyName(press);
      if (name === null) return null;
      const pair = first && nowMs <= first.untilMs ? `${first.name} ${name}` : null;
      first = null;
      if (pair && names.includes(pair)) return pair;
      if (names.some((other) => other.startsWith(`${name} `))) {
        first = { name, untilMs: nowMs + PAIR_WAIT_MS };
      }
      return names.includes(name) ? name : null;
    },
  };
}
