/**
 * Applies `projection` of find and findAndModify to a document
 * (https://www.mongodb.com/docs/manual/reference/method/db.collection.find/#projection).
 */
import type { Document } from 'bson';
import { compileExpression } from '../aggregate/expression.ts';
import { badValue, CommandError, notSupported } from '../errors.ts';
import { isDocument, isNumeric } from '../keys/valueKey.ts';
import { setAt } from '../update/target.ts';
import { type FilterNode, parseFilter } from './filter.ts';
import { conjuncts } from './implies.ts';
import { compileFilter, compileNode } from './match.ts';
import { plainValueAtPath } from './path.ts';

export type Projection = (document: Document, variables?: Document) => Document;

type Tree = Map<string, Tree | true>;

interface Parsed {
  included: Tree;
  excluded: Tree;
  isInclusion: boolean | undefined;
  showsId: boolean | undefined;
  /** New values of fields: single elements and computed values. They follow the fields that are only shown. */
  made: Made[];
  /** Arrays that are cut where they stand. */
  cut: Made[];
  /** In a pipeline, an operator is an expression, and numbers and booleans alone are flags. */
  isStage: boolean;
}

interface Made {
  path: string;
  make: (document: Document, variables: Document) => unknown;
}

export interface ProjectionOptions {
  isStage?: boolean;
}

/** Undefined for an empty specification, which shows all. */
export function compileProjection(
  spec: Document | undefined,
  filter: Document,
  { isStage = false }: ProjectionOptions = {},
): Projection | undefined {
  if (spec === undefined || spec === null || Object.keys(spec).length === 0) return undefined;
  const parsed: Parsed = {
    isStage,
    cut: [],
    included: new Map(),
    excluded: new Map(),
    isInclusion: undefined,
    showsId: undefined,
    made: [],
  };
  for (const [path, value] of Object.entries(spec)) parseEntry(parsed, path, value, filter);
  const isInclusion = parsed.isInclusion ?? (parsed.showsId === true && parsed.excluded.size === 0);
  if (isInclusion) {
    for (const { path } of parsed.cut) addToTree(parsed.included, path);
    const computesId = parsed.made.some(({ path }) => path === '_id');
    if (parsed.showsId !== false && !computesId) addToTree(parsed.included, '_id');
  } else if (parsed.showsId === false) addToTree(parsed.excluded, '_id');
  return (document, variables = {}) => {
    const shown = (
      isInclusion ? keep(document, parsed.included) : drop(document, parsed.excluded)
    ) as Document;
    for (const { path, make } of [...parsed.cut, ...parsed.made]) {
      const value = make(document, variables);
      if (value !== undefined) setAt(shown, path.split('.'), value);
    }
    return shown;
  };
}

export function checkProjectionPath(path: string): void {
  const parts = path.split('.');
  if (parts.some((part) => part === ''))
    throw new CommandError(40353, `FieldPath must not have an empty field name: '${path}'`);
  if (parts.some((part) => part.startsWith('$')))
    throw new CommandError(
      16410,
      `FieldPath field names may not start with '$'. Consider using $getField or $setField.`,
    );
}

function parseEntry(parsed: Parsed, path: string, value: unknown, filter: Document): void {
  checkProjectionPath(path.endsWith('.$') ? path.slice(0, -2) : path);
  if (isDocument(value) && Object.keys(value).some((name) => name.startsWith('$'))) {
    parseOperator(parsed, path, value);
    return;
  }
  if (isDocument(value)) {
    for (const [name, inner] of Object.entries(value)) parseEntry(parsed, `${path}.${name}`, inner, filter);
    return;
  }
  const isFlag = isNumeric(value) || typeof value === 'boolean';
  if (!isFlag) {
    addComputed(parsed, path, value);
    return;
  }
  const isShown = isNumeric(value) ? Number(value) !== 0 : value === true;
  if (path === '_id') {
    parsed.showsId = isShown;
    return;
  }
  noteKind(parsed, path, isShown);
  if (path.endsWith('.$')) {
    parsePositional(parsed, path.slice(0, -2), filter);
    return;
  }
  addToTree(isShown ? parsed.included : parsed.excluded, path);
}

function noteKind(parsed: Parsed, path: string, isInclusion: boolean): void {
  if (parsed.isInclusion !== undefined && parsed.isInclusion !== isInclusion) {
    throw new CommandError(
      isInclusion ? 31253 : 31254,
      `Cannot do ${isInclusion ? 'inclusion' : 'exclusion'} on field ${path} in ${isInclusion ? 'exclusion' : 'inclusion'} projection`,
    );
  }
  parsed.isInclusion = isInclusion;
}

function parseOperator(parsed: Parsed, path: string, value: Document): void {
  if ('$slice' in value && !parsed.isStage) {
    if (Array.isArray(value.$slice) && !isNumeric(value.$slice[0]))
      throw notSupported('$slice as an expression is not supported by the embedded store');
    const parts = path.split('.');
    parsed.cut.push({ path, make: (document) => slice(plainValueAtPath(document, parts), value.$slice) });
    return;
  }
  if ('$meta' in value) throw notSupported('$meta is not supported by the embedded store');
  if ('$elemMatch' in value) {
    noteKind(parsed, path, true);
    const matches = compileFilter({ array: { $elemMatch: value.$elemMatch } });
    const make = (document: Document) =>
      firstElement(plainValueAtPath(document, path.split('.')), (element) => matches({ array: [element] }));
    parsed.made.push({ path, make });
    return;
  }
  addComputed(parsed, path, value);
}

function addComputed(parsed: Parsed, path: string, expression: unknown): void {
  noteKind(parsed, path, true);
  const evaluate = compileExpression(expression);
  parsed.made.push({ path, make: (root, variables) => evaluate({ root, variables }) });
}

function parsePositional(parsed: Parsed, path: string, filter: Document): void {
  const tests = conjuncts(parseFilter(filter)).filter(
    (node): node is FilterNode & { kind: 'field' } =>
      node.kind === 'field' && (node.path === path || node.path.startsWith(`${path}.`)),
  );
  if (tests.length === 0) throw noPosition();
  const matchers = tests.map((node) => compileNode(node));
  const parts = path.split('.');
  const alone = (element: unknown) =>
    parts.reduceRight<unknown>((value, name) => ({ [name]: value }), [element]) as Document;
  const make = (document: Document) => {
    const value = plainValueAtPath(document, parts);
    // A value that is no array is shown as it is.
    if (!Array.isArray(value)) return value;
    const found = firstElement(value, (element) => matchers.every((matches) => matches(alone(element))));
    if (found === undefined) throw noPosition();
    return found;
  };
  parsed.cut.push({ path, make });
}

function noPosition(): CommandError {
  return new CommandError(
    51246,
    `Executor error during find command :: caused by :: positional operator '.$' couldn't find a matching element in the array`,
  );
}

function firstElement(array: unknown, isWanted: (element: unknown) => boolean): unknown {
  const at = Array.isArray(array) ? array.findIndex(isWanted) : -1;
  return at < 0 ? undefined : [(array as unknown[])[at]];
}

function slice(value: unknown, argument: unknown): unknown {
  const [first, second] = (Array.isArray(argument) ? argument : [argument]).map(Number);
  if (first === undefined || Number.isNaN(first)) throw badValue('$slice needs a number or two');
  if (!Array.isArray(value)) return value;
  if (second === undefined) return first < 0 ? value.slice(first) : value.slice(0, first);
  const start = first < 0 ? Math.max(0, value.length + first) : first;
  return value.slice(start, start + second);
}

function addToTree(tree: Tree, path: string): void {
  let at = tree;
  const parts = path.split('.');
  for (const [depth, name] of parts.entries()) {
    const next = at.get(name);
    if (next === true) return;
    if (depth === parts.length - 1) at.set(name, true);
    else if (next !== undefined) at = next;
    else {
      const made: Tree = new Map();
      at.set(name, made);
      at = made;
    }
  }
}

function keep(value: unknown, tree: Tree): unknown {
  if (Array.isArray(value)) {
    return value
      .filter((element) => isDocument(element) || Array.isArray(element))
      .map((element) => keep(element, tree));
  }
  const kept: Document = {};
  for (const [name, field] of Object.entries(value as Document)) {
    const wanted = tree.get(name);
    if (wanted === true) kept[name] = field;
    else if (wanted !== undefined && (isDocument(field) || Array.isArray(field)))
      kept[name] = keep(field, wanted);
  }
  return kept;
}

function drop(value: unknown, tree: Tree): unknown {
  if (Array.isArray(value))
    return value.map((element) =>
      isDocument(element) || Array.isArray(element) ? drop(element, tree) : element,
    );
  const kept: Document = {};
  for (const [name, field] of Object.entries(value as Document)) {
    const dropped = tree.get(name);
    if (dropped === true) continue;
    kept[name] =
      dropped !== undefined && (isDocument(field) || Array.isArray(field)) ? drop(field, dropped) : field;
  }
  return kept;
}
