/** What a compiled expression reads, and what its operators share. */
import type { Document } from 'bson';
import { CommandError, failedToParse } from '../errors.ts';
import { compareValues, isDocument, isNumeric } from '../keys/valueKey.ts';
import { typeName } from '../query/bsonTypes.ts';

export interface Scope {
  root: Document;
  variables: Document;
}

/** A missing value is `undefined`. */
export type Evaluate = (scope: Scope) => unknown;
/** Compiles a part of an expression. */
export type Compile = (expression: unknown) => Evaluate;
/** Compiles an operator's argument. */
export type ExpressionOperator = (argument: unknown, compile: Compile, name: string) => Evaluate;

export const isNil = (value: unknown) => value === null || value === undefined;

export function isTrue(value: unknown): boolean {
  return isNumeric(value) ? Number(value) !== 0 : value !== false && !isNil(value);
}

/** A missing value sorts before null; inside arrays and documents there are no missing values. */
export function compareExpressions(left: unknown, right: unknown): number {
  if (left !== undefined && right !== undefined) return Math.sign(compareValues(left, right));
  if (left === right) return 0;
  const isBelow = typeName(left ?? right) !== 'minKey';
  return (left === undefined) === isBelow ? -1 : 1;
}

/** The compiled arguments of an operator; one argument may stand alone. */
export function operandsOf(argument: unknown, compile: Compile, name: string, count?: number): Evaluate[] {
  const list = Array.isArray(argument) ? argument : [argument];
  if (count !== undefined && list.length !== count) {
    throw new CommandError(
      16020,
      `Expression ${name} takes exactly ${count} arguments. ${list.length} were passed in.`,
    );
  }
  return list.map(compile);
}

export function twoOperands(argument: unknown, compile: Compile, name: string): [Evaluate, Evaluate] {
  return operandsOf(argument, compile, name, 2) as [Evaluate, Evaluate];
}

export function oneOperand(argument: unknown, compile: Compile, name: string): Evaluate {
  return operandsOf(argument, compile, name, 1)[0]!;
}

/** The fields of an operator whose argument is a document. */
export function fieldsOf(
  argument: unknown,
  name: string,
  wanted: string[],
  optional: string[] = [],
): Document {
  if (!isDocument(argument)) throw failedToParse(`${name} only supports an object as its argument`);
  for (const field of Object.keys(argument)) {
    if (!wanted.includes(field) && !optional.includes(field))
      throw failedToParse(`Unrecognized parameter to ${name}: ${field}`);
  }
  for (const field of wanted) {
    if (argument[field] === undefined) throw failedToParse(`Missing '${field}' parameter to ${name}`);
  }
  return argument;
}

export function checkVariableName(name: string): void {
  if (!/^[a-z\u0080-\uffff][\w\u0080-\uffff]*$/.test(name))
    throw failedToParse(`'${name}' is not a valid name of a user variable`);
}

export function wrongType(code: number, name: string, wanted: string, value: unknown): CommandError {
  return new CommandError(code, `${name} only supports ${wanted}, not ${typeName(value)}`);
}
