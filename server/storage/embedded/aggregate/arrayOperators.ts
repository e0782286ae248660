/** Operators that read arrays and documents. */
import type { Document } from 'bson';
import { isDocument, isNumeric } from '../keys/valueKey.ts';
import {
  type Compile,
  checkVariableName,
  compareExpressions,
  type ExpressionOperator,
  fieldsOf,
  isNil,
  oneOperand,
  operandsOf,
  type Scope,
  twoOperands,
  wrongType,
} from './scope.ts';

/** $map and $filter: evaluates the inner part for each element of the input. */
function eachElement(
  { input, as }: Document,
  inner: unknown,
  compile: Compile,
  name: string,
): (scope: Scope) => { element: unknown; value: unknown }[] | null {
  const variable = (as as string | undefined) ?? 'this';
  if (as !== undefined) checkVariableName(variable);
  const [from, evaluate] = [compile(input), compile(inner)];
  return ({ root, variables }) => {
    const elements = from({ root, variables });
    if (isNil(elements)) return null;
    if (!Array.isArray(elements)) throw wrongType(28651, name, 'an array as input', elements);
    return elements.map((element: unknown) => ({
      element,
      value: evaluate({ root, variables: { ...variables, [variable]: element } }),
    }));
  };
}

export const arrayOperators: Record<string, ExpressionOperator> = {
  $in(argument, compile, name) {
    const [value, list] = twoOperands(argument, compile, name);
    return (scope) => {
      const [wanted, elements] = [value(scope), list(scope)];
      if (!Array.isArray(elements)) throw wrongType(40081, name, 'an array as a second argument', elements);
      return elements.some((element) => compareExpressions(element, wanted) === 0);
    };
  },

  $size(argument, compile, name) {
    const list = oneOperand(argument, compile, name);
    return (scope) => {
      const elements = list(scope);
      if (!Array.isArray(elements)) throw wrongType(17124, name, 'an array', elements);
      return elements.length;
    };
  },

  $isArray(argument, compile, name) {
    const value = oneOperand(argument, compile, name);
    return (scope) => Array.isArray(value(scope));
  },

  $arrayElemAt(argument, compile, name) {
    const [list, position] = twoOperands(argument, compile, name);
    return (scope) => {
      const [elements, at] = [list(scope), position(scope)];
      if (isNil(elements) || isNil(at)) return null;
      if (!Array.isArray(elements)) throw wrongType(28689, name, 'an array', elements);
      if (!isNumeric(at)) throw wrongType(28690, name, 'a number as a second argument', at);
      return elements.at(Number(at)) as unknown;
    };
  },

  $concatArrays(argument, compile, name) {
    const operands = operandsOf(argument, compile, name);
    return (scope) => {
      const lists = operands.map((operand) => operand(scope));
      if (lists.some(isNil)) return null;
      for (const list of lists) if (!Array.isArray(list)) throw wrongType(28664, name, 'arrays', list);
      return (lists as unknown[][]).flat();
    };
  },

  $map(argument, compile, name) {
    const fields = fieldsOf(argument, name, ['input', 'in'], ['as']);
    const elements = eachElement(fields, fields.in, compile, name);
    return (scope) => elements(scope)?.map(({ value }) => value ?? null) ?? null;
  },

  $filter(argument, compile, name) {
    const fields = fieldsOf(argument, name, ['input', 'cond'], ['as']);
    const elements = eachElement(fields, { $cond: [fields.cond, true, false] }, compile, name);
    return (scope) =>
      elements(scope)?.flatMap(({ element, value }) => (value === true ? [element] : [])) ?? null;
  },

  $mergeObjects(argument, compile, name) {
    const operands = operandsOf(argument, compile, name);
    return (scope) => {
      const values = operands.map((operand) => operand(scope));
      const all = operands.length === 1 && Array.isArray(values[0]) ? (values[0] as unknown[]) : values;
      const made: Document = {};
      for (const value of all) {
        if (isNil(value)) continue;
        if (!isDocument(value)) throw wrongType(40400, name, 'objects', value);
        Object.assign(made, value);
      }
      return made;
    };
  },
};
