/**
 * The values at a dotted path inside a document, arrays included, for filters, distinct and projections
 * (https://www.mongodb.com/docs/manual/tutorial/query-array-of-documents/).
 */
import { isDocument } from '../keys/valueKey.ts';

const isIndexName = (name: string) => /^\d+$/.test(name);

/**
 * Calls `visit` with every value at the path (`undefined` when a document lacks it) until one call returns true.
 * Arrays on the way are opened; an array at the end is passed whole.
 */
export function anyAtPath(
  at: unknown,
  parts: string[],
  visit: (leaf: unknown) => boolean,
  from = 0,
): boolean {
  if (!isDocument(at)) return visit(undefined);
  const name = parts[from]!;
  const value = Object.hasOwn(at, name) ? at[name] : undefined;
  if (from === parts.length - 1) return visit(value);
  if (Array.isArray(value)) return anyInArray(value, parts, visit, from + 1);
  return anyAtPath(value, parts, visit, from + 1);
}

function anyInArray(
  array: unknown[],
  parts: string[],
  visit: (leaf: unknown) => boolean,
  from: number,
): boolean {
  const name = parts[from]!;
  if (isIndexName(name)) {
    const element = array[Number(name)];
    if (from === parts.length - 1) {
      if (element !== undefined && visit(element)) return true;
    } else if (Array.isArray(element)) {
      if (anyInArray(element, parts, visit, from + 1)) return true;
    } else if (isDocument(element) && anyAtPath(element, parts, visit, from + 1)) return true;
  }
  for (const element of array) {
    if (isDocument(element) && anyAtPath(element, parts, visit, from)) return true;
  }
  return false;
}

/** Every value at the path, with arrays at the end opened, as for `distinct`. */
export function distinctValuesAtPath(document: unknown, parts: string[]): unknown[] {
  const values: unknown[] = [];
  anyAtPath(document, parts, (leaf) => {
    if (Array.isArray(leaf)) values.push(...leaf);
    else if (leaf !== undefined) values.push(leaf);
    return false;
  });
  return values;
}

/** The value at a path that passes through documents only; `undefined` when absent. */
export function plainValueAtPath(document: unknown, parts: string[]): unknown {
  let at = document;
  for (const name of parts) {
    if (Array.isArray(at) && isIndexName(name)) at = at[Number(name)];
    else if (isDocument(at) && Object.hasOwn(at, name)) at = at[name];
    else return undefined;
  }
  return at;
}
