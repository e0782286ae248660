/** Aggregation expressions, by mingo: for filters ($expr), projections and the stages of this folder. */
import type { Document } from 'bson';
import { evalExpr } from 'mingo/core';
import { badValue } from '../errors.ts';
import { isNumeric } from '../keys/valueKey.ts';
import { mingoOptions } from './operators.ts';

export function evaluateExpression(
  document: Document,
  expression: unknown,
  variables: Document = {},
): unknown {
  try {
    return evalExpr(document, expression, mingoOptions(variables, document));
  } catch (cause) {
    throw badValue(cause instanceof Error ? cause.message : String(cause));
  }
}

export function isTrue(value: unknown): boolean {
  return isNumeric(value) ? Number(value) !== 0 : value !== false && value !== null && value !== undefined;
}
