/** Operators that calculate with numbers, dates and texts. Results keep the BSON types that a server gives. */
import { Long } from 'bson';
import { badValue, CommandError } from '../errors.ts';
import type { AnyNumber } from '../keys/numberKey.ts';
import { compareValues, isNumeric } from '../keys/valueKey.ts';
import { typeName } from '../query/bsonTypes.ts';
import { add, asDouble, multiply } from '../update/arithmetic.ts';
import { dateToString } from './dateToString.ts';
import { regexFind, regexFindAll, regexMatch } from './regexOperators.ts';
import { type ExpressionOperator, isNil, oneOperand, operandsOf, twoOperands, wrongType } from './scope.ts';

/** Of one value, or of the elements of one array. */
const extreme =
  (sign: 1 | -1): ExpressionOperator =>
  (argument, compile, name) => {
    const operands = operandsOf(argument, compile, name);
    return (scope) => {
      const values = operands.map((operand) => operand(scope));
      const all = operands.length === 1 && Array.isArray(values[0]) ? (values[0] as unknown[]) : values;
      let best: unknown = null;
      for (const value of all) {
        if (!isNil(value) && (best === null || compareValues(value, best) * sign > 0)) best = value;
      }
      return best;
    };
  };

function textOf(value: unknown, name: string): string {
  if (isNil(value)) return '';
  if (typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  if (isNumeric(value)) return String(value);
  throw new CommandError(16007, `can't convert from BSON type ${typeName(value)} to String in ${name}`);
}

const changedText =
  (change: (text: string) => string): ExpressionOperator =>
  (argument, compile, name) => {
    const operand = oneOperand(argument, compile, name);
    return (scope) => change(textOf(operand(scope), name));
  };

export const valueOperators: Record<string, ExpressionOperator> = {
  $add(argument, compile, name) {
    const operands = operandsOf(argument, compile, name);
    return (scope) => {
      const values = operands.map((operand) => operand(scope));
      if (values.some(isNil)) return null;
      const dates = values.filter((value) => value instanceof Date);
      if (dates.length > 1) throw new CommandError(16612, 'only one date allowed in an $add expression');
      let sum: AnyNumber = 0;
      for (const value of values) {
        if (value instanceof Date) continue;
        if (!isNumeric(value)) throw wrongType(14, name, 'numeric or date types', value);
        sum = add(sum, value);
      }
      return dates[0] === undefined ? sum : new Date(dates[0].getTime() + Math.round(Number(sum)));
    };
  },

  $subtract(argument, compile, name) {
    const [left, right] = twoOperands(argument, compile, name);
    return (scope) => {
      const [a, b] = [left(scope), right(scope)];
      if (isNil(a) || isNil(b)) return null;
      if (a instanceof Date && b instanceof Date) return Long.fromNumber(a.getTime() - b.getTime());
      if (a instanceof Date && isNumeric(b)) return new Date(a.getTime() - Math.round(Number(b)));
      if (isNumeric(a) && isNumeric(b)) return add(a, multiply(b, -1));
      throw new CommandError(14, `can't ${name} ${typeName(b)} from ${typeName(a)}`);
    };
  },

  $multiply(argument, compile, name) {
    const operands = operandsOf(argument, compile, name);
    return (scope) => {
      const values = operands.map((operand) => operand(scope));
      if (values.some(isNil)) return null;
      let product: AnyNumber = 1;
      for (const value of values) {
        if (!isNumeric(value)) throw wrongType(14, name, 'numeric types', value);
        product = multiply(product, value);
      }
      return product;
    };
  },

  $divide(argument, compile, name) {
    const [left, right] = twoOperands(argument, compile, name);
    return (scope) => {
      const [a, b] = [left(scope), right(scope)];
      if (isNil(a) || isNil(b)) return null;
      if (!isNumeric(a) || !isNumeric(b)) throw wrongType(14, name, 'numeric types', isNumeric(a) ? b : a);
      if (Number(b) === 0) throw badValue(`can't $divide by zero`);
      return asDouble(Number(a) / Number(b));
    };
  },

  $min: extreme(-1),
  $max: extreme(1),

  $concat(argument, compile, name) {
    const operands = operandsOf(argument, compile, name);
    return (scope) => {
      const values = operands.map((operand) => operand(scope));
      if (values.some(isNil)) return null;
      for (const value of values)
        if (typeof value !== 'string') throw wrongType(16702, name, 'strings', value);
      return values.join('');
    };
  },
  // A server changes only the ASCII letters.
  $toLower: changedText((text) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())),
  $toUpper: changedText((text) => text.replace(/[a-z]/g, (letter) => letter.toUpperCase())),
  $regexMatch: regexMatch,
  $regexFind: regexFind,
  $regexFindAll: regexFindAll,
  $dateToString: dateToString,
  $type(argument, compile, name) {
    const value = oneOperand(argument, compile, name);
    return (scope) => typeName(value(scope));
  },
};
