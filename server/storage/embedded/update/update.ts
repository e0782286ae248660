/**
 * A whole update (a replacement, operators or a pipeline): its result for a document, and the document that an upsert
 * inserts.
 */
import { type Document, ObjectId } from 'bson';
import { updatePipeline } from '../aggregate/updatePipeline.ts';
import { badValue, CommandError, failedToParse } from '../errors.ts';
import { isDocument, rankOf, sameValue, typeRank } from '../keys/valueKey.ts';
import type { FilterNode } from '../query/filter.ts';
import { conjuncts } from '../query/implies.ts';
import { compileFilter, type Matcher } from '../query/match.ts';
import { levelsOf, maxNestedLevels } from '../storage/nesting.ts';
import { rename, updateOperators } from './operators.ts';
import { type PositionContext, plainPaths, setAt } from './target.ts';

export interface UpdateRequest {
  filter: FilterNode;
  update: Document | Document[];
  arrayFilters?: Document[] | undefined;
  variables?: Document | undefined;
}

export interface PreparedUpdate {
  isReplacement: boolean;
  /** Top-level fields that operators may change; null when any field may be. */
  touches: ReadonlySet<string> | null;
  /** Whether the new values may exceed the limit of nesting, wherever they are set. */
  mayNestDeeply: boolean;
  /** Changes an exactly decoded document; returns the new one, perhaps the same object. */
  apply(document: Document, isInsert: boolean): Document;
  /** The document an upsert inserts. */
  insertion(): Document;
}

export function prepareUpdate(request: UpdateRequest): PreparedUpdate {
  const { update, filter } = request;
  const kind = kindOf(update);
  const context: PositionContext = { filter, arrayFilters: parseArrayFilters(request.arrayFilters ?? []) };
  if (kind === 'operators') checkOperators(update as Document, context);
  const apply = (document: Document, isInsert: boolean): Document => {
    const id = document._id;
    const changed = change(document, isInsert);
    if (id !== undefined && changed._id === undefined) changed._id = id;
    if (id !== undefined && !sameValue(id, changed._id)) throw immutableId();
    return idFirst(changed);
  };
  const change = (document: Document, isInsert: boolean): Document => {
    if (kind === 'pipeline') return updatePipeline(document, update as Document[], request.variables ?? {});
    if (kind === 'replacement') return { ...(update as Document) };
    applyOperators(document, update as Document, context, isInsert);
    return document;
  };
  return {
    isReplacement: kind === 'replacement',
    touches: kind === 'operators' ? touchedBy(update as Document) : null,
    mayNestDeeply: kind !== 'operators' || reaches(update as Document) > maxNestedLevels,
    apply,
    insertion() {
      const start = kind === 'replacement' ? idOf(equalities(filter)) : equalities(filter);
      const made = apply(start, true);
      if (made._id === undefined) made._id = new ObjectId();
      return idFirst(made);
    },
  };
}

function kindOf(update: Document | Document[]): 'replacement' | 'operators' | 'pipeline' {
  if (Array.isArray(update)) return 'pipeline';
  if (!isDocument(update)) throw failedToParse('Update argument must be either an object or an array');
  const names = Object.keys(update);
  const withDollar = names.filter((name) => name.startsWith('$'));
  if (withDollar.length === 0) return 'replacement';
  const unknown = withDollar.length < names.length ? names.find((name) => !name.startsWith('$')) : undefined;
  if (unknown !== undefined) {
    throw failedToParse(
      `Unknown modifier: ${unknown}. Expected a valid update modifier or pipeline-style update specified as an array`,
    );
  }
  return 'operators';
}

function checkOperators(update: Document, { arrayFilters }: PositionContext): void {
  const paths: string[] = [];
  for (const [operator, fields] of Object.entries(update)) {
    if (operator !== '$rename' && updateOperators[operator] === undefined) {
      throw failedToParse(
        `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`,
      );
    }
    if (!isDocument(fields)) {
      throw failedToParse(
        `Modifiers operate on fields but we found type ${Array.isArray(fields) ? 'array' : typeof fields} instead. For example: {$mod: {<field>: ...}} not {${operator}: ...}`,
      );
    }
    for (const [path, argument] of Object.entries(fields)) {
      paths.push(path);
      if (operator !== '$rename') continue;
      if (typeof argument !== 'string') throw badValue(`The 'to' field for $rename must be a string`);
      paths.push(argument);
    }
  }
  checkConflicts(paths);
  for (const name of arrayFilters.keys()) {
    if (!paths.some((path) => path.split('.').includes(`$[${name}]`))) {
      throw failedToParse(`The array filter for identifier '${name}' was not used in the update`);
    }
  }
}

function touchedBy(update: Document): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [operator, fields] of Object.entries(update)) {
    for (const [path, argument] of Object.entries(fields as Document)) {
      names.add(topName(path));
      if (operator === '$rename') names.add(topName(String(argument)));
    }
  }
  return names;
}

/** The deepest level of the new values; a renamed value may have any depth. */
function reaches(update: Document): number {
  let deepest = 0;
  for (const [operator, fields] of Object.entries(update)) {
    if (operator === '$rename') return Number.POSITIVE_INFINITY;
    for (const [path, argument] of Object.entries(fields as Document)) {
      deepest = Math.max(deepest, path.split('.').length + 1 + levelsOf(argument));
    }
  }
  return deepest;
}

const topName = (path: string) => path.split('.', 1)[0]!;

function checkConflicts(paths: string[]): void {
  const sorted = [...paths].sort();
  const seen = new Set<string>();
  for (const path of sorted) {
    const parts = path.split('.');
    for (let length = 1; length <= parts.length; length++) {
      const prefix = parts.slice(0, length).join('.');
      if (seen.has(prefix)) {
        throw new CommandError(40, `Updating the path '${path}' would create a conflict at '${prefix}'`);
      }
    }
    seen.add(path);
  }
}

function applyOperators(
  document: Document,
  update: Document,
  context: PositionContext,
  isInsert: boolean,
): void {
  // Array positions refer to the document before the update.
  const steps: (() => void)[] = [];
  for (const [operator, fields] of Object.entries(update)) {
    if (operator === '$setOnInsert' && !isInsert) continue;
    for (const [path, argument] of Object.entries(fields as Document)) {
      for (const target of plainPaths(document, path, context)) {
        if (operator === '$rename') steps.push(() => rename(document, target, String(argument).split('.')));
        else steps.push(() => updateOperators[operator]!(document, target, argument));
      }
    }
  }
  for (const step of steps) step();
}

function parseArrayFilters(filters: Document[]): Map<string, Matcher> {
  const byName = new Map<string, Matcher>();
  for (const filter of filters) {
    const names = new Set(topNames(filter));
    const [name] = names;
    if (name === undefined || names.size > 1) {
      throw failedToParse(
        `Error parsing array filter :: caused by :: Expected a single top-level field name, found ${[...names].map((each) => `'${each}'`).join(' and ') || 'none'}`,
      );
    }
    if (!/^[a-z]\w*$/.test(name)) {
      throw badValue(
        `Error parsing array filter :: caused by :: The top-level field name must be an alphanumeric string beginning with a lowercase letter, found '${name}'`,
      );
    }
    if (byName.has(name))
      throw failedToParse(`Found multiple array filters with the same top-level field name ${name}`);
    byName.set(name, compileFilter(filter));
  }
  return byName;
}

function topNames(filter: Document): string[] {
  return Object.entries(filter).flatMap(([name, value]) =>
    name.startsWith('$') && Array.isArray(value) ? value.flatMap(topNames) : [name.split('.')[0]!],
  );
}

/** Fields for which a filter allows one value: an upsert's document begins with them. */
function equalities(filter: FilterNode): Document {
  const start: Document = {};
  for (const node of conjuncts(filter)) {
    if (node.kind !== 'field') continue;
    const { test } = node;
    if (test.op === 'eq') setAt(start, node.parts, test.value);
    else if (test.op === 'in' && test.values.length === 1 && rankOf(test.values[0]) !== typeRank.regex) {
      setAt(start, node.parts, test.values[0]);
    }
  }
  return start;
}

function idOf({ _id }: Document): Document {
  return _id === undefined ? {} : { _id };
}

function idFirst(document: Document): Document {
  if (document._id === undefined || Object.keys(document)[0] === '_id') return document;
  const { _id, ...rest } = document;
  return { _id, ...rest };
}

function immutableId(): CommandError {
  return new CommandError(
    66,
    `Performing an update on the path '_id' would modify the immutable field '_id'`,
  );
}
