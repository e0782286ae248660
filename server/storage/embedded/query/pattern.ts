/** Regular expressions as MongoDB writes them (PCRE, with its options) as JavaScript's. */
import { badValue } from '../errors.ts';
import { rankOf, regexParts, typeRank } from '../keys/valueKey.ts';

export function toRegExp(value: unknown, options?: unknown): RegExp {
  const isRegex = rankOf(value) === typeRank.regex;
  if (!isRegex && typeof value !== 'string') throw badValue('$regex has to be a string');
  const parts = isRegex ? regexParts(value as RegExp) : { pattern: value as string, options: '' };
  const wanted = typeof options === 'string' ? options : parts.options;
  let flags = /[^\p{ASCII}]|\\[pP]\{/u.test(parts.pattern) ? 'u' : '';
  let pattern = parts.pattern;
  for (const option of new Set(wanted)) {
    if (option === 'i' || option === 'm' || option === 's') flags += option;
    else if (option === 'x')
      pattern = pattern.replace(/\\.|\s+|#.*$/gm, (part) => (part[0] === '\\' ? part : ''));
    else if (option !== 'u' && option !== 'g' && option !== 'l')
      throw badValue(`invalid flag in regex options: ${option}`);
  }
  try {
    return new RegExp(pattern, flags);
  } catch {
    try {
      return new RegExp(pattern, flags.replace('u', ''));
    } catch (cause) {
      throw badValue(`Regular expression is invalid: ${cause instanceof Error ? cause.message : pattern}`);
    }
  }
}
