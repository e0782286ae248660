/**
 * Aggregation expressions, for filters ($expr), projections, pipelines and updates by pipeline. An expression is
 * compiled once. A missing value is `undefined`; it is not null and sorts before it, as on a server.
 * https://www.mongodb.com/docs/manual/reference/operator/aggregation/
 */
import type { Document } from 'bson';
import { CommandError, notSupported } from '../errors.ts';
import { isDocument } from '../keys/valueKey.ts';
import { arrayOperators } from './arrayOperators.ts';
import { logicOperators } from './logicOperators.ts';
import { type Compile, checkVariableName, type Evaluate, type ExpressionOperator } from './scope.ts';
import { valueOperators } from './valueOperators.ts';

const operators: Record<string, ExpressionOperator> = {
  ...logicOperators,
  ...valueOperators,
  ...arrayOperators,
};

function evaluateExpression(document: Document, expression: unknown, variables: Document = {}): unknown {
  return compileExpression(expression)({ root: document, variables });
}

export const compileExpression: Compile = (expression) => {
  if (typeof expression === 'string' && expression.startsWith('$')) return compilePath(expression);
  if (Array.isArray(expression)) {
    const elements = expression.map(compileExpression);
    return (scope) => elements.map((element) => element(scope) ?? null);
  }
  if (!isDocument(expression) || (expression as Document)._bsontype !== undefined) return () => expression;
  const names = Object.keys(expression);
  if (names[0]?.startsWith('$') === true) return compileOperator(names, expression);
  const fields = names.map((name) => [checkedName(name), compileExpression(expression[name])] as const);
  return (scope) => {
    const made: Document = {};
    for (const [name, evaluate] of fields) {
      const value = evaluate(scope);
      if (value !== undefined) made[name] = value;
    }
    return made;
  };
};

function compileOperator(names: string[], expression: Document): Evaluate {
  const [name = ''] = names;
  if (names.length !== 1) {
    throw new CommandError(15983, 'An object representing an expression must have exactly one field');
  }
  const operator = Object.hasOwn(operators, name) ? operators[name] : undefined;
  if (operator === undefined)
    throw notSupported(`the expression ${name} is not supported by the embedded store`);
  return operator(expression[name], compileExpression, name);
}

function checkedName(name: string): string {
  if (name.startsWith('$')) {
    throw new CommandError(
      16410,
      `FieldPath field names may not start with '$'. Consider using $getField or $setField.`,
    );
  }
  if (name.includes('.')) throw new CommandError(16412, `FieldPath field names may not contain '.'.`);
  return name;
}

function compilePath(text: string): Evaluate {
  const isVariable = text.startsWith('$$');
  const [first = '', ...rest] = text.slice(isVariable ? 2 : 1).split('.');
  if (first === '') {
    throw isVariable
      ? new CommandError(9, 'empty variable names are not allowed')
      : new CommandError(16872, `'$' by itself is not a valid FieldPath`);
  }
  const parts = isVariable ? rest : [first, ...rest];
  for (const part of parts) {
    if (part === '') throw new CommandError(15998, 'FieldPath field names may not be empty strings.');
    if (part.startsWith('$')) checkedName(part);
  }
  if (!isVariable) return ({ root }) => valueAt(root, parts);
  const variable = compileVariable(first);
  return (scope) => valueAt(variable(scope), parts);
}

function compileVariable(name: string): Evaluate {
  switch (name) {
    case 'ROOT':
    case 'CURRENT':
      return ({ root }) => root;
    case 'REMOVE':
      return () => undefined;
    case 'NOW': {
      const now = new Date();
      return () => now;
    }
    default:
      return ({ variables }) => {
        if (!Object.hasOwn(variables, name))
          throw new CommandError(17276, `Use of undefined variable: ${name}`);
        return variables[name] as unknown;
      };
  }
}

/** A field of each document of an array makes an array; a number in a path is a field's name, never a position. */
function valueAt(value: unknown, parts: string[], from = 0): unknown {
  let at = value;
  for (let depth = from; depth < parts.length; depth++) {
    const name = parts[depth]!;
    if (Array.isArray(at)) {
      const found: unknown[] = [];
      for (const element of at) {
        const inner = isDocument(element) ? valueAt(element, parts, depth) : undefined;
        if (inner !== undefined) found.push(inner);
      }
      return found;
    }
    if (!isDocument(at) || !Object.hasOwn(at, name)) return undefined;
    at = at[name];
  }
  return at;
}

/**
 * A command's `let`: constants, computed before any document is read.
 * @throws CommandError for a name that a server refuses, or an expression that reads a field.
 */
export function letVariables(wanted: unknown): Document {
  if (wanted === undefined || wanted === null) return {};
  if (!isDocument(wanted))
    throw new CommandError(14, `BSON field 'let' is the wrong type, expected type 'object'`);
  const variables: Document = {};
  for (const [name, expression] of Object.entries(wanted)) {
    checkVariableName(name);
    if (readsField(expression)) {
      throw new CommandError(
        4890500,
        'Command let Expression tried to access a field, but this is not allowed',
      );
    }
    variables[name] = evaluateExpression({}, expression, variables) ?? null;
  }
  return variables;
}

function readsField(expression: unknown): boolean {
  if (typeof expression === 'string') {
    return /^\$([^$]|\$(ROOT|CURRENT)\b)/.test(expression);
  }
  if (Array.isArray(expression)) return expression.some(readsField);
  if (!isDocument(expression) || '$literal' in expression) return false;
  return Object.values(expression).some(readsField);
}
