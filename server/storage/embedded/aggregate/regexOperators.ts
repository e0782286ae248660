/** `$regexMatch`, `$regexFind` and `$regexFindAll`, with the patterns that filters accept. */
import type { Document } from 'bson';
import { CommandError } from '../errors.ts';
import { rankOf, regexParts, typeRank } from '../keys/valueKey.ts';
import { toRegExp } from '../query/pattern.ts';
import { type Evaluate, type ExpressionOperator, fieldsOf, isNil, type Scope } from './scope.ts';

/** The first `limit` matches of the operator's pattern; null when the input or the pattern is null. */
function matchesOf(
  ...[argument, compile, name]: Parameters<ExpressionOperator>
): (scope: Scope, limit: number) => RegExpExecArray[] | null {
  const fields = fieldsOf(argument, name, ['input', 'regex'], ['options']);
  const [input, regex, options] = ['input', 'regex', 'options'].map((field) =>
    compile(fields[field] ?? null),
  ) as [Evaluate, Evaluate, Evaluate];
  return (scope, limit) => {
    const [text, pattern] = [input(scope), regex(scope)];
    if (isNil(text) || isNil(pattern)) return null;
    if (typeof text !== 'string') throw new CommandError(51104, `${name} needs 'input' to be of type string`);
    if (typeof pattern !== 'string' && rankOf(pattern) !== typeRank.regex)
      throw new CommandError(51105, `${name} needs 'regex' to be of type string or regex`);
    return findAll(text, patternOf(pattern, options(scope), name), limit);
  };
}

function patternOf(pattern: unknown, options: unknown, name: string): RegExp {
  if (isNil(options)) return toRegExp(pattern);
  if (typeof options !== 'string')
    throw new CommandError(51106, `${name} needs 'options' to be of type string`);
  const ownOptions = typeof pattern === 'string' ? '' : regexParts(pattern as RegExp).options;
  if (ownOptions !== '' && options !== '')
    throw new CommandError(51107, `${name} has regex options in both 'regex' and 'options'`);
  return toRegExp(pattern, options === '' ? ownOptions : options);
}

function findAll(text: string, pattern: RegExp, limit: number): RegExpExecArray[] {
  const found: RegExpExecArray[] = [];
  for (const match of text.matchAll(new RegExp(pattern.source, `${pattern.flags}g`))) {
    if (found.push(match) >= limit) break;
  }
  return found;
}

function shown({ 0: match, index, input, ...captures }: RegExpExecArray): Document {
  const groups = Object.keys(captures).filter((name) => /^\d+$/.test(name));
  return {
    match,
    // A server counts code points.
    idx: [...input.slice(0, index)].length,
    captures: groups.map((name) => captures[Number(name)] ?? null),
  };
}

export const regexMatch: ExpressionOperator = (...parts) => {
  const find = matchesOf(...parts);
  return (scope) => (find(scope, 1)?.length ?? 0) > 0;
};

export const regexFind: ExpressionOperator = (...parts) => {
  const find = matchesOf(...parts);
  return (scope) => {
    const [first] = find(scope, 1) ?? [];
    return first === undefined ? null : shown(first);
  };
};

export const regexFindAll: ExpressionOperator = (...parts) => {
  const find = matchesOf(...parts);
  return (scope) => find(scope, Number.POSITIVE_INFINITY)?.map(shown) ?? [];
};
