/**
 * Regular expressions as MongoDB writes them (PCRE2 in UTF mode, with its options) as JavaScript's. What JavaScript
 * reads in another way is translated, and what it does not have is refused.
 * https://www.pcre.org/current/doc/html/pcre2pattern.html
 */
import { badValue, notSupported } from '../errors.ts';
import { rankOf, regexParts, typeRank } from '../keys/valueKey.ts';

export function toRegExp(value: unknown, options?: unknown): RegExp {
  const isRegex = rankOf(value) === typeRank.regex;
  if (!isRegex && typeof value !== 'string') throw badValue('$regex has to be a string');
  const parts = isRegex ? regexParts(value as RegExp) : { pattern: value as string, options: '' };
  const wanted = typeof options === 'string' ? options : parts.options;
  let flags = 'u';
  let isExtended = false;
  for (const option of new Set(wanted)) {
    if (option === 'i' || option === 'm' || option === 's') flags += option;
    else if (option === 'x') isExtended = true;
    // JavaScript's own, in patterns that a driver sends.
    else if (option !== 'u' && option !== 'g') throw badValue(`invalid flag in regex options: ${option}`);
  }
  const source = translate(parts.pattern, flags, isExtended);
  try {
    return new RegExp(source, flags);
  } catch (cause) {
    throw badValue(
      `Regular expression is invalid: ${cause instanceof Error ? cause.message : parts.pattern}`,
    );
  }
}

/** Of a text, without regard to lines. */
const start = '(?<![^])';
const end = '(?![^])';
const endOrLastLineBreak = '(?=\\n?(?![^]))';
/** PCRE's white space is ASCII's; JavaScript's has more. */
const space = '\\t-\\r ';

const escapes: Record<string, { outside?: string; inside?: string }> = {
  A: { outside: start },
  z: { outside: end },
  Z: { outside: endOrLastLineBreak },
  s: { outside: `[${space}]`, inside: space },
  S: { outside: `[^${space}]` },
  h: { outside: '[\\t \\u00a0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000]' },
  R: { outside: '(?:\\r\\n|[\\n-\\r\\u0085\\u2028\\u2029])' },
  N: { outside: '[^\\n]' },
  v: { outside: '[\\n-\\r\\u0085\\u2028\\u2029]', inside: '\\n-\\r\\u0085\\u2028\\u2029' },
  a: { outside: '\\x07', inside: '\\x07' },
  e: { outside: '\\x1b', inside: '\\x1b' },
};
/** Read alike by both. */
const commonEscapes = /^[dDwWbBnrtf1-9]/;
const commonInClass = /^[dDwWnrtfb]/;
/** JavaScript allows to escape only these in its strict mode. */
const syntax = /^[\^$\\.*+?()[\]{}|/]/;

function translate(pattern: string, flags: string, isExtended: boolean): string {
  const isMultiline = flags.includes('m');
  let made = '';
  let isInClass = false;
  for (let at = 0; at < pattern.length; ) {
    const rest = pattern.slice(at);
    const char = pattern[at]!;
    if (char === '\\') {
      const { text, length } = readEscape(rest, isInClass);
      made += text;
      at += length;
      continue;
    }
    at++;
    if (isInClass) {
      if (/^\[[:.=]/.test(rest)) throw refused(rest.slice(0, 2));
      if (char === ']') isInClass = false;
      made += char === '[' ? '\\[' : char;
    } else if (char === '[') {
      isInClass = true;
      // A bracket at the beginning of a class is one of its characters.
      const opening = /^\[\^?\]?/.exec(rest)![0];
      made += opening.replace(/\]$/, '\\]');
      at += opening.length - 1;
    } else if (isExtended && /\s/.test(char)) {
    } else if (isExtended && char === '#') {
      at = pattern.indexOf('\n', at) < 0 ? pattern.length : pattern.indexOf('\n', at);
    } else if (char === '(' && rest.startsWith('(?')) {
      const { text, length } = readGroup(rest);
      made += text;
      at += length - 1;
    } else if (char === '(' && rest.startsWith('(*')) throw refused('(*');
    else if (/^[*+?}]\+/.test(rest)) throw refused('possessive quantifiers');
    else if (char === '$' && !isMultiline) made += endOrLastLineBreak;
    else if (char === '.' && !flags.includes('s')) made += '[^\\n]';
    // Alone, a bracket means itself.
    else if (char === ']' || (char === '{' && !/^\{\d+(,\d*)?\}/.test(rest))) made += `\\${char}`;
    else if (char === '}' && !/\{\d+(,\d*)?$/.test(pattern.slice(0, at - 1))) made += '\\}';
    else made += char;
  }
  return made;
}

function readEscape(rest: string, isInClass: boolean): { text: string; length: number } {
  const code = /^\\x(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{0,2}))/.exec(rest);
  if (code !== null) return { text: `\\u{${code[1] ?? (code[2] || '0')}}`, length: code[0].length };
  const property = /^\\[pP](?:\{\^?\w+\}|\w)/.exec(rest);
  if (property !== null) return { text: propertyOf(property[0]), length: property[0].length };
  const char = rest[1];
  if (char === undefined) throw badValue('Regular expression is invalid: \\ at end of pattern');
  const known = Object.hasOwn(escapes, char) ? escapes[char]?.[isInClass ? 'inside' : 'outside'] : undefined;
  if (known !== undefined) return { text: known, length: 2 };
  if ((isInClass ? commonInClass : commonEscapes).test(char)) return { text: `\\${char}`, length: 2 };
  if (/[0-9A-Za-z]/.test(char)) throw refused(`\\${char}`);
  const symbol = String.fromCodePoint(rest.codePointAt(1)!);
  const isSyntax = syntax.test(char) || (isInClass && char === '-');
  return { text: isSyntax ? `\\${char}` : symbol, length: 1 + symbol.length };
}

function propertyOf(text: string): string {
  const name = text.replace(/[\\{}]/g, '').slice(1);
  const isNegated = (text[1] === 'P') !== name.startsWith('^');
  return `\\${isNegated ? 'P' : 'p'}{${asScript(name.replace('^', ''))}}`;
}

/** PCRE names a script alone: `\p{Cyrillic}`. */
function asScript(name: string): string {
  return name.length <= 2 || name === 'Any' ? name : `Script=${name}`;
}

/** `(?:`, `(?=`, `(?!`, `(?<=`, `(?<!` and `(?<name>` are alike; `(?P<name>` is PCRE's. */
function readGroup(rest: string): { text: string; length: number } {
  const named = /^\(\?P?<([A-Za-z_]\w*)>/.exec(rest);
  if (named !== null) return { text: `(?<${named[1]}>`, length: named[0].length };
  const alike = /^\(\?(?:[:=!]|<[=!])/.exec(rest);
  if (alike !== null) return { text: alike[0], length: alike[0].length };
  throw refused(rest.slice(0, 3));
}

function refused(what: string) {
  return notSupported(`${what} in a regular expression is not supported by the embedded store`);
}
