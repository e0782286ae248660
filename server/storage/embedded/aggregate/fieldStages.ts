/** Stages that change each document by itself: `$project`, `$addFields` and `$set`, `$unset`, `$replaceRoot`, `$unwind`. */
import type { Document } from 'bson';
import { badValue, CommandError, failedToParse, notSupported } from '../errors.ts';
import { isDocument } from '../keys/valueKey.ts';
import { checkProjectionPath, compileProjection } from '../query/projection.ts';
import { compileExpression } from './expression.ts';
import type { Evaluate, Scope } from './scope.ts';

/** Gives the documents that one document becomes. */
export type FieldStage = (argument: unknown) => (scope: Scope) => Document[];

const findOnly = ['$elemMatch', '$meta'];

const project: FieldStage = (argument) => {
  if (!isDocument(argument) || Object.keys(argument).length === 0)
    throw new CommandError(
      51272,
      'Invalid $project :: caused by :: projection specification must have at least one field',
    );
  for (const [path, value] of Object.entries(argument)) {
    if (path.endsWith('.$'))
      throw new CommandError(31324, 'Cannot use positional projection in aggregation projection');
    if (isDocument(value) && findOnly.some((name) => name in value))
      throw notSupported('$project takes no operators of find');
  }
  const projection = compileProjection(argument, {}, { isStage: true })!;
  return ({ root, variables }) => [projection(root, variables)];
};

const addFields: FieldStage = (argument) => {
  if (!isDocument(argument) || Object.keys(argument).length === 0)
    throw new CommandError(40272, '$addFields specification stage must be an object with at least one field');
  const fields: [parts: string[], evaluate: Evaluate][] = [];
  collect(argument, [], fields);
  return (scope) => {
    // The values are of the document before the stage.
    const values = fields.map(([parts, evaluate]) => [parts, evaluate(scope)] as const);
    let made: unknown = scope.root;
    for (const [parts, value] of values) made = withField(made, parts, value);
    return [made as Document];
  };
};

/** `{a: {b: 1}}` sets `a.b`; an operator or a value of another kind is an expression. */
function collect(spec: Document, before: string[], fields: [string[], Evaluate][]): void {
  for (const [path, value] of Object.entries(spec)) {
    checkProjectionPath(path);
    const parts = [...before, ...path.split('.')];
    const names = isDocument(value) && (value as Document)._bsontype === undefined ? Object.keys(value) : [];
    if (names.length > 0 && !names[0]!.startsWith('$')) collect(value as Document, parts, fields);
    else fields.push([parts, compileExpression(value)]);
  }
}

/** A copy with the field; in each document of an array on the way, and in place of a value of another kind. */
function withField(value: unknown, parts: string[], field: unknown): unknown {
  const [name, ...rest] = parts;
  if (name === undefined) return field;
  if (Array.isArray(value)) return value.map((element: unknown) => withField(element, parts, field));
  const made: Document = isDocument(value) ? { ...value } : {};
  const set = withField(made[name], rest, field);
  if (set === undefined) delete made[name];
  else made[name] = set;
  return made;
}

const unset: FieldStage = (argument) => {
  const paths: unknown[] = Array.isArray(argument) ? argument : [argument];
  if (paths.length === 0 || !paths.every((path) => typeof path === 'string' && path !== ''))
    throw new CommandError(31002, '$unset specification must be a string or an array of strings');
  const projection = compileProjection(
    Object.fromEntries(paths.map((path) => [path as string, false])),
    {},
    { isStage: true },
  )!;
  return ({ root, variables }) => [projection(root, variables)];
};

const replaceRoot: FieldStage = (argument) => {
  if (!isDocument(argument) || Object.keys(argument).join() !== 'newRoot')
    throw new CommandError(
      40229,
      'expected an object with the field newRoot as specification for $replaceRoot stage',
    );
  return replaceWith(argument.newRoot);
};

const replaceWith: FieldStage = (argument) => {
  const evaluate = compileExpression(argument);
  return (scope) => {
    const made = evaluate(scope);
    if (!isDocument(made)) throw new CommandError(40228, `'newRoot' expression must evaluate to an object`);
    return [made];
  };
};

const unwindOptions = new Set(['path', 'includeArrayIndex', 'preserveNullAndEmptyArrays']);

const unwind: FieldStage = (argument) => {
  const options = typeof argument === 'string' ? { path: argument } : argument;
  if (!isDocument(options))
    throw new CommandError(15981, 'expected either a string or an object as specification for $unwind stage');
  const unknown = Object.keys(options).find((name) => !unwindOptions.has(name));
  if (unknown !== undefined)
    throw new CommandError(28811, `unrecognized option to $unwind stage: ${unknown}`);
  const { path, includeArrayIndex: index, preserveNullAndEmptyArrays: keepsEmpty = false } = options;
  if (typeof path !== 'string' || !path.startsWith('$'))
    throw new CommandError(
      28818,
      `path option to $unwind stage should be prefixed with a '$': ${String(path)}`,
    );
  if (index !== undefined && typeof index !== 'string') throw badValue('includeArrayIndex must be a string');
  if (typeof keepsEmpty !== 'boolean') throw failedToParse('preserveNullAndEmptyArrays must be a boolean');
  const parts = path.slice(1).split('.');
  const made = (root: Document, value: unknown, at: number | null) => {
    const unwound = withPlainField(root, parts, value);
    return index === undefined ? unwound : (withField(unwound, index.split('.'), at) as Document);
  };
  return ({ root }) => {
    const value = plainField(root, parts);
    if (Array.isArray(value) && value.length > 0)
      return value.map((element: unknown, at) => made(root, element, at));
    const isEmpty = value === undefined || value === null || Array.isArray(value);
    if (isEmpty && !keepsEmpty) return [];
    return [made(root, Array.isArray(value) ? undefined : value, null)];
  };
};

/** A path that $unwind follows passes through documents only. */
function plainField(root: Document, parts: string[]): unknown {
  let at: unknown = root;
  for (const name of parts) at = isDocument(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  return at;
}

function withPlainField(root: Document, parts: string[], value: unknown): Document {
  return plainField(root, parts) === undefined ? { ...root } : (withField(root, parts, value) as Document);
}

export const fieldStages: Record<string, FieldStage> = {
  $project: project,
  $addFields: addFields,
  $set: addFields,
  $unset: unset,
  $replaceRoot: replaceRoot,
  $replaceWith: replaceWith,
  $unwind: unwind,
};
