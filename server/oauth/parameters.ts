/**
 * Reads the three places where OAuth's parameters may stand (RFC 5849, section 3.5): the Authorization header, a
 * form's body, the query. Values are decoded; order and repeats are kept, because the signature covers them.
 */
import { percentDecode } from './percentEncode.ts';

export type Parameter = readonly [name: string, value: string];

const SCHEME = /^OAuth[ \t]+/i;
/** `name="value"`, then a comma or the end; a value holds no quote, because it is percent-encoded. */
const PAIR = /[ \t]*([^\s=",]+)[ \t]*=[ \t]*"([^"]*)"[ \t]*(,|$)/y;

/** The header's parameters without `realm`; null when its scheme is not OAuth, `malformed` when it cannot be read. */
export function readAuthorization(header: string | undefined): Parameter[] | null | 'malformed' {
  const scheme = header?.match(SCHEME)?.[0];
  if (header === undefined || scheme === undefined) return null;
  const parameters: Parameter[] = [];
  // Each pair starts where the last one ended, so that no text is read twice, however long or odd.
  let at = scheme.length;
  for (let hasMore = true; hasMore; ) {
    PAIR.lastIndex = at;
    const [whole, rawName, rawValue, end] = PAIR.exec(header) ?? [];
    if (whole === undefined || rawName === undefined || rawValue === undefined) return 'malformed';
    at += whole.length;
    hasMore = end === ',';
    if (rawName.toLowerCase() === 'realm') continue;
    const name = percentDecode(rawName);
    const value = percentDecode(rawValue);
    if (name === null || value === null) return 'malformed';
    parameters.push([name, value]);
  }
  return parameters;
}

/**
 * Reads a query or a form as application/x-www-form-urlencoded, where a plus is a space; null when it is not UTF-8.
 */
export function readForm(text: string): Parameter[] | null {
  if (text === '') return [];
  const parameters: Parameter[] = [];
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const name = percentDecode((at < 0 ? pair : pair.slice(0, at)).replaceAll('+', ' '));
    const value = at < 0 ? '' : percentDecode(pair.slice(at + 1).replaceAll('+', ' '));
    if (name === null || value === null) return null;
    parameters.push([name, value]);
  }
  return parameters;
}
