/**
 * The update operators, at one path of one document (https://www.mongodb.com/docs/manual/reference/operator/update/).
 */
import { type Document, Timestamp } from 'bson';
import { badValue, CommandError, failedToParse, typeMismatch } from '../errors.ts';
import { keyFields, sortKey } from '../keys/indexKey.ts';
import { compareValues, isDocument, isNumeric, rankOf, sameValue, typeRank } from '../keys/valueKey.ts';
import { isOperatorDocument } from '../query/filter.ts';
import { compileFilter } from '../query/match.ts';
import { plainValueAtPath } from '../query/path.ts';
import { add, bitwise, multiply } from './arithmetic.ts';
import { setAt, unsetAt } from './target.ts';

type Operator = (document: Document, path: string[], argument: unknown) => void;

export const updateOperators: Record<string, Operator> = {
  $set: setAt,
  /** Called only for a document that is being inserted. */
  $setOnInsert: setAt,
  $unset: (document, path) => unsetAt(document, path),
  $inc: (document, path, argument) => calculate('$inc', document, path, argument),
  $mul: (document, path, argument) => calculate('$mul', document, path, argument),
  $min: (document, path, argument) => keepExtreme(document, path, argument, -1),
  $max: (document, path, argument) => keepExtreme(document, path, argument, 1),
  $currentDate(document, path, argument) {
    const wantsTimestamp = isDocument(argument) && argument.$type === 'timestamp';
    const now = Date.now();
    setAt(
      document,
      path,
      wantsTimestamp ? new Timestamp({ t: Math.floor(now / 1000), i: 1 }) : new Date(now),
    );
  },
  $bit(document, path, argument) {
    if (!isDocument(argument)) throw badValue('The $bit modifier needs a document');
    for (const [operation, operand] of Object.entries(argument)) {
      const value = plainValueAtPath(document, path) ?? 0;
      if (!isNumeric(value) || !isNumeric(operand))
        throw badValue('Cannot apply $bit to a value that is not a number');
      setAt(document, path, bitwise(value, operation, operand));
    }
  },
  $push,
  $addToSet,
  $pop,
  $pull,
  $pullAll(document, path, argument) {
    if (!Array.isArray(argument)) throw badValue('$pullAll requires an array argument');
    removeElements('$pullAll', document, path, (element) =>
      argument.some((wanted) => sameValue(element, wanted)),
    );
  },
};

function calculate(operator: '$inc' | '$mul', document: Document, path: string[], argument: unknown): void {
  if (!isNumeric(argument)) {
    throw typeMismatch(
      `Cannot ${operator === '$inc' ? 'increment' : 'multiply'} with non-numeric argument: {${path.join('.')}: ${JSON.stringify(argument)}}`,
    );
  }
  const value = plainValueAtPath(document, path);
  if (value === undefined) {
    setAt(document, path, operator === '$inc' ? argument : multiply(argument, 0));
    return;
  }
  if (!isNumeric(value)) {
    throw typeMismatch(
      `Cannot apply ${operator} to a value of non-numeric type. {_id: ${JSON.stringify(document._id)}} has the field '${path.at(-1)}' of another type`,
    );
  }
  setAt(document, path, operator === '$inc' ? add(value, argument) : multiply(value, argument));
}

function keepExtreme(document: Document, path: string[], argument: unknown, sign: 1 | -1): void {
  const value = plainValueAtPath(document, path);
  if (value === undefined || compareValues(argument, value) * sign > 0) setAt(document, path, argument);
}

/** The array at the path; `undefined` when the path is missing, an error when the value is not an array. */
function arrayAt(operator: string, document: Document, path: string[]): unknown[] | undefined {
  const value = plainValueAtPath(document, path);
  if (value === undefined || Array.isArray(value)) return value;
  const message = `The field '${path.join('.')}' must be an array but is of another type in document {_id: ${JSON.stringify(document._id)}}`;
  if (operator === '$pop')
    throw typeMismatch(`Path '${path.join('.')}' contains an element of non-array type`);
  throw badValue(
    operator === '$pull' || operator === '$pullAll'
      ? `Cannot apply ${operator} to a non-array value`
      : message,
  );
}

const pushModifiers = new Set(['$each', '$position', '$slice', '$sort']);

function $push(document: Document, path: string[], argument: unknown): void {
  const isModified = isDocument(argument) && '$each' in argument;
  const modifiers = isModified ? argument : { $each: [argument] };
  const unknown = Object.keys(modifiers).find((name) => !pushModifiers.has(name));
  if (unknown !== undefined) throw badValue(`Unrecognized clause in $push: ${unknown}`);
  if (!Array.isArray(modifiers.$each)) throw badValue('The argument to $each in $push must be an array');
  const array = [...(arrayAt('$push', document, path) ?? [])];
  const position =
    modifiers.$position === undefined ? array.length : wholeModifier('$position', modifiers.$position);
  array.splice(position < 0 ? Math.max(0, array.length + position) : position, 0, ...modifiers.$each);
  if (modifiers.$sort !== undefined) sortElements(array, modifiers.$sort);
  if (modifiers.$slice !== undefined) {
    const count = wholeModifier('$slice', modifiers.$slice);
    if (count >= 0) array.splice(count);
    else array.splice(0, Math.max(0, array.length + count));
  }
  setAt(document, path, array);
}

function wholeModifier(name: string, value: unknown): number {
  if (!isNumeric(value) || !Number.isInteger(Number(value)))
    throw badValue(`The value for ${name} must be an integer value`);
  return Number(value);
}

function sortElements(array: unknown[], order: unknown): void {
  if (isNumeric(order)) {
    const sign = Number(order) < 0 ? -1 : 1;
    array.sort((a, b) => compareValues(a, b) * sign);
  } else if (isDocument(order)) {
    const fields = keyFields(order);
    const keyOf = (element: unknown) => sortKey(fields, isDocument(element) ? element : {});
    array.sort((a, b) => Buffer.compare(keyOf(a), keyOf(b)));
  } else throw badValue('The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1}');
}

function $addToSet(document: Document, path: string[], argument: unknown): void {
  const hasEach = isDocument(argument) && '$each' in argument;
  const added = hasEach ? argument.$each : [argument];
  if (!Array.isArray(added)) throw typeMismatch('The argument to $each in $addToSet must be an array');
  const array = [...(arrayAt('$addToSet', document, path) ?? [])];
  for (const value of added) {
    if (!array.some((element) => sameValue(element, value))) array.push(value);
  }
  setAt(document, path, array);
}

function $pop(document: Document, path: string[], argument: unknown): void {
  const side = isNumeric(argument) ? Number(argument) : Number.NaN;
  if (side !== 1 && side !== -1)
    throw failedToParse(`$pop expects 1 or -1, found: ${JSON.stringify(argument)}`);
  const array = arrayAt('$pop', document, path);
  if (array === undefined) return;
  if (side === 1) array.pop();
  else array.shift();
}

function $pull(document: Document, path: string[], argument: unknown): void {
  removeElements('$pull', document, path, pullTest(argument));
}

/** They combine conditions on a document; the other operators are conditions on an element of any kind. */
const combining = new Set(['$and', '$or', '$nor', '$comment']);

function pullTest(argument: unknown): (element: unknown) => boolean {
  const [first = ''] = isDocument(argument) ? Object.keys(argument) : [];
  if (first === '$expr' || first === '$text' || first === '$where')
    throw new CommandError(224, `${first} is not allowed in this context`);
  if ((isOperatorDocument(argument) && !combining.has(first)) || rankOf(argument) === typeRank.regex) {
    const matches = compileFilter({ element: argument });
    return (element) => matches({ element });
  }
  if (isDocument(argument)) {
    const matches = compileFilter(argument);
    return (element) => isDocument(element) && matches(element);
  }
  return (element) => sameValue(element, argument);
}

function removeElements(
  operator: string,
  document: Document,
  path: string[],
  isRemoved: (element: unknown) => boolean,
): void {
  const array = arrayAt(operator, document, path);
  if (array === undefined) return;
  const kept = array.filter((element) => !isRemoved(element));
  if (kept.length !== array.length) setAt(document, path, kept);
}

export function rename(document: Document, from: string[], to: string[]): void {
  const value = plainValueAtPath(document, from);
  if (value === undefined) return;
  if (from.concat(to).some((name) => name.startsWith('$')))
    throw badValue('$rename takes no positional operators');
  if (Array.isArray(plainValueAtPath(document, from.slice(0, -1)))) {
    throw new CommandError(2, 'The source field of a $rename cannot be an array element');
  }
  unsetAt(document, from);
  setAt(document, to, value);
}
