/**
 * Where an update writes: turns a path with `$`, `$[]` and `$[name]` into plain paths, and reads, sets and removes
 * the value at a path.
 */
import type { Document } from 'bson';
import { badValue, CommandError, notSupported } from '../errors.ts';
import { isDocument } from '../keys/valueKey.ts';
import type { FilterNode } from '../query/filter.ts';
import { conjuncts } from '../query/implies.ts';
import { compileNode, type Matcher } from '../query/match.ts';
import { plainValueAtPath } from '../query/path.ts';

export interface PositionContext {
  /** The query that found the document: `$` is the element it matched. */
  filter: FilterNode;
  arrayFilters: Map<string, Matcher>;
}

export function plainPaths(document: Document, path: string, context: PositionContext): string[][] {
  const parts = path.split('.');
  if (parts.some((part) => part === ''))
    throw new CommandError(56, `The update path '${path}' contains an empty field name.`);
  let paths: string[][] = [[]];
  for (const part of parts) {
    paths = part.startsWith('$')
      ? paths.flatMap((at) => positions(document, at, part, path, context))
      : paths.map((at) => [...at, part]);
  }
  return paths;
}

function positions(
  document: Document,
  at: string[],
  part: string,
  path: string,
  context: PositionContext,
): string[][] {
  const isPositional = part === '$' || part.startsWith('$[');
  if (at.length === 0 && isPositional)
    throw badValue(`Cannot have positional (i.e. '$') element in the first position in path '${path}'`);
  const array = plainValueAtPath(document, at);
  if (part === '$') {
    return [[...at, String(matchedPosition(document, at, context.filter))]];
  }
  const name = /^\$\[(\w*)\]$/.exec(part)?.[1];
  if (name === undefined) {
    throw new CommandError(
      52,
      `The dollar ($) prefixed field '${part}' in '${path}' is not valid for storage.`,
    );
  }
  if (!Array.isArray(array)) {
    throw badValue(`The path '${at.join('.')}' must exist in the document in order to apply array updates.`);
  }
  const wanted = name === '' ? () => true : context.arrayFilters.get(name);
  if (wanted === undefined)
    throw badValue(`No array filter found for identifier '${name}' in path '${path}'`);
  return array.flatMap((element, index) => (wanted({ [name]: element }) ? [[...at, String(index)]] : []));
}

function matchedPosition(document: Document, at: string[], filter: FilterNode): number {
  const prefix = at.join('.');
  const array = plainValueAtPath(document, at);
  refuseSeveralArrays(document, filter);
  const tests = conjuncts(filter).filter(
    (node) => node.kind === 'field' && (node.path === prefix || node.path.startsWith(`${prefix}.`)),
  );
  if (Array.isArray(array) && tests.length > 0) {
    const matchers = tests.map((node) => compileNode(node));
    const alone = (element: unknown) =>
      at.reduceRight<unknown>((value, name) => ({ [name]: value }), [element]) as Document;
    const byAll = array.findIndex((element) => matchers.every((matches) => matches(alone(element))));
    if (byAll >= 0) return byAll;
    const byLast = array.findIndex((element) => matchers.at(-1)!(alone(element)));
    if (byLast >= 0) return byLast;
  }
  throw badValue('The positional operator did not find the match needed from the query.');
}

/** With conditions on two arrays, a server takes the position of either, as its documentation warns. */
function refuseSeveralArrays(document: Document, filter: FilterNode): void {
  const arrays = new Set<string>();
  for (const node of conjuncts(filter)) {
    if (node.kind !== 'field') continue;
    const end = node.parts.findIndex((_, depth) =>
      Array.isArray(plainValueAtPath(document, node.parts.slice(0, depth + 1))),
    );
    if (end >= 0) arrays.add(node.parts.slice(0, end + 1).join('.'));
  }
  if (arrays.size > 1)
    throw notSupported('a position by a filter on several arrays is not supported by the embedded store');
}

/** Sets the value at the path; creates documents on the way, and nulls up to an array index. */
export function setAt(document: Document, path: string[], value: unknown): void {
  let at: unknown = document;
  path.forEach((name, depth) => {
    const isLast = depth === path.length - 1;
    if (Array.isArray(at)) {
      if (!/^\d+$/.test(name)) throw notViable(path, depth, at);
      const index = Number(name);
      if (index > at.length + 1_500_000)
        throw badValue(`can't backfill array to larger than 1500000 elements`);
      while (at.length < index) at.push(null);
      if (isLast) at[index] = value;
      else if (at[index] === undefined) at[index] = {};
      at = at[index];
    } else if (isDocument(at)) {
      if (isLast) defineField(at, name, value);
      else if (!Object.hasOwn(at, name)) defineField(at, name, {});
      at = at[name];
    } else throw notViable(path, depth, at);
  });
}

/** Sets an own field of any name, `__proto__` included. */
function defineField(document: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') document[name] = value;
  else Object.defineProperty(document, name, { value, writable: true, enumerable: true, configurable: true });
}

function notViable(path: string[], depth: number, at: unknown): CommandError {
  const shown = `{${path[depth - 1] ?? ''}: ${JSON.stringify(at)}}`;
  return new CommandError(28, `Cannot create field '${path[depth]}' in element ${shown}`);
}

/** Removes a field; an array element becomes null, as in MongoDB. */
export function unsetAt(document: Document, path: string[]): void {
  const parent = path.length === 1 ? document : plainValueAtPath(document, path.slice(0, -1));
  const name = path.at(-1)!;
  if (Array.isArray(parent)) {
    if (/^\d+$/.test(name) && Number(name) < parent.length) parent[Number(name)] = null;
  } else if (isDocument(parent)) delete parent[name];
}
