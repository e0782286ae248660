/** Operators that compare, combine and choose. */
import type { Document } from 'bson';
import { CommandError } from '../errors.ts';
import {
  checkVariableName,
  compareExpressions,
  type Evaluate,
  type ExpressionOperator,
  fieldsOf,
  isNil,
  isTrue,
  oneOperand,
  operandsOf,
  twoOperands,
} from './scope.ts';

const compared =
  (accepts: (order: number) => unknown): ExpressionOperator =>
  (argument, compile, name) => {
    const [left, right] = twoOperands(argument, compile, name);
    return (scope) => accepts(compareExpressions(left(scope), right(scope)));
  };

function conditional(condition: Evaluate, yes: Evaluate, no: Evaluate): Evaluate {
  return (scope) => (isTrue(condition(scope)) ? yes : no)(scope);
}

export const logicOperators: Record<string, ExpressionOperator> = {
  $literal: (argument) => () => argument,

  $eq: compared((order) => order === 0),
  $ne: compared((order) => order !== 0),
  $gt: compared((order) => order > 0),
  $gte: compared((order) => order >= 0),
  $lt: compared((order) => order < 0),
  $lte: compared((order) => order <= 0),
  $cmp: compared((order) => order),

  $and(argument, compile, name) {
    const operands = operandsOf(argument, compile, name);
    return (scope) => operands.every((operand) => isTrue(operand(scope)));
  },
  $or(argument, compile, name) {
    const operands = operandsOf(argument, compile, name);
    return (scope) => operands.some((operand) => isTrue(operand(scope)));
  },
  $not(argument, compile, name) {
    const operand = oneOperand(argument, compile, name);
    return (scope) => !isTrue(operand(scope));
  },

  $cond(argument, compile, name) {
    if (Array.isArray(argument)) {
      const [condition, yes, no] = operandsOf(argument, compile, name, 3);
      return conditional(condition!, yes!, no!);
    }
    const { if: condition, then, else: otherwise } = fieldsOf(argument, name, ['if', 'then', 'else']);
    return conditional(compile(condition), compile(then), compile(otherwise));
  },

  $ifNull(argument, compile, name) {
    const operands = operandsOf(argument, compile, name);
    if (operands.length < 2) throw new CommandError(1257300, `${name} needs at least two arguments`);
    return (scope) => {
      let value: unknown;
      for (const operand of operands) {
        value = operand(scope);
        if (!isNil(value)) break;
      }
      return value;
    };
  },

  $switch(argument, compile, name) {
    const { branches, default: otherwise } = fieldsOf(argument, name, ['branches'], ['default']);
    if (!Array.isArray(branches) || branches.length === 0)
      throw new CommandError(40068, '$switch requires at least one branch.');
    const compiled = branches.map((branch: unknown) => {
      const { case: condition, then } = fieldsOf(branch, name, ['case', 'then']);
      return { condition: compile(condition), result: compile(then) };
    });
    const last = otherwise === undefined ? undefined : compile(otherwise);
    return (scope) => {
      const found = compiled.find(({ condition }) => isTrue(condition(scope)))?.result ?? last;
      if (found === undefined)
        throw new CommandError(40066, '$switch could not find a matching branch for an input');
      return found(scope);
    };
  },

  $let(argument, compile, name) {
    const { vars, in: inner } = fieldsOf(argument, name, ['vars', 'in']);
    const variables = Object.entries(vars as Document).map(([variable, value]) => {
      checkVariableName(variable);
      return [variable, compile(value)] as const;
    });
    const evaluate = compile(inner);
    return (scope) => {
      const made = Object.fromEntries(variables.map(([variable, value]) => [variable, value(scope)]));
      return evaluate({ root: scope.root, variables: { ...scope.variables, ...made } });
    };
  },
};
