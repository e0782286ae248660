/** $group, one document at a time: memory grows with the number of groups, not of documents. */
import type { Document } from 'bson';
import { badValue, CommandError, notSupported } from '../errors.ts';
import type { AnyNumber } from '../keys/numberKey.ts';
import { compareValues, isDocument, isNumeric, valueKey } from '../keys/valueKey.ts';
import { add as addNumbers, asDouble } from '../update/arithmetic.ts';
import { compileExpression } from './expression.ts';
import { type Evaluate, isNil, type Scope, wrongType } from './scope.ts';

interface Accumulator {
  add(value: unknown): void;
  result(): unknown;
}

const accumulators: Record<string, () => Accumulator> = {
  $sum: () => {
    let total: AnyNumber = 0;
    return {
      add: (value) => {
        if (isNumeric(value)) total = addNumbers(total, value);
      },
      result: () => total,
    };
  },
  $avg: () => {
    let total = 0;
    let count = 0;
    return {
      add: (value) => {
        if (!isNumeric(value)) return;
        total += Number(value);
        count++;
      },
      result: () => (count === 0 ? null : asDouble(total / count)),
    };
  },
  $min: () => extreme(-1),
  $max: () => extreme(1),
  $first: () => {
    let first: { value: unknown } | undefined;
    return {
      add: (value) => {
        first ??= { value };
      },
      result: () => first?.value ?? null,
    };
  },
  $last: () => {
    let last: unknown;
    return {
      add: (value) => {
        last = value;
      },
      result: () => last ?? null,
    };
  },
  $push: () => {
    const values: unknown[] = [];
    return {
      add: (value) => {
        if (value !== undefined) values.push(value);
      },
      result: () => values,
    };
  },
  $addToSet: () => {
    const values = new Map<string, unknown>();
    return {
      add: (value) => {
        if (value !== undefined) values.set(valueKey(value).toString('latin1'), value);
      },
      result: () => [...values.values()],
    };
  },
  $count: () => {
    let count = 0;
    return {
      add: () => {
        count++;
      },
      result: () => count,
    };
  },
  $mergeObjects: () => {
    const merged: Document = {};
    return {
      add: (value) => {
        if (isNil(value)) return;
        if (!isDocument(value)) throw wrongType(40400, '$mergeObjects', 'objects', value);
        Object.assign(merged, value);
      },
      result: () => merged,
    };
  },
};

function extreme(sign: 1 | -1): Accumulator {
  let best: unknown;
  return {
    add(value) {
      if (value === undefined || value === null) return;
      if (best === undefined || compareValues(value, best) * sign > 0) best = value;
    },
    result: () => best ?? null,
  };
}

interface Field {
  name: string;
  make: () => Accumulator;
  evaluate: Evaluate;
}

/** A server has them. */
const absent = new Set(
  '$accumulator $bottom $bottomN $firstN $lastN $maxN $median $minN $percentile $stdDevPop $stdDevSamp $top $topN'.split(
    ' ',
  ),
);

export function* group(
  documents: Iterable<Document>,
  spec: unknown,
  variables: Document,
): Generator<Document> {
  if (!isDocument(spec)) throw new CommandError(15947, "a group's fields must be specified in an object");
  if (!('_id' in spec)) throw new CommandError(15955, 'a group specification must include an _id');
  const fields = Object.entries(spec)
    .filter(([name]) => name !== '_id')
    .map(([name, value]) => parseField(name, value));
  const groups = new Map<string, { id: unknown; values: Accumulator[] }>();
  const isConstant = spec._id === null || typeof spec._id === 'number';
  const idOf = compileExpression(spec._id);
  for (const root of documents) {
    const scope: Scope = { root, variables };
    const id = isConstant ? spec._id : (idOf(scope) ?? null);
    const name = isConstant ? '' : valueKey(id).toString('latin1');
    let found = groups.get(name);
    if (found === undefined) {
      found = { id, values: fields.map(({ make }) => make()) };
      groups.set(name, found);
    }
    for (let at = 0; at < fields.length; at++) found.values[at]!.add(fields[at]!.evaluate(scope));
  }
  for (const { id, values } of groups.values()) {
    const made: Document = { _id: id };
    fields.forEach(({ name }, at) => {
      made[name] = values[at]!.result();
    });
    yield made;
  }
}

function parseField(name: string, value: unknown): Field {
  const [operator = '', ...more] = isDocument(value) ? Object.keys(value) : [];
  if (operator === '' || more.length > 0) {
    throw new CommandError(40238, `The field '${name}' must specify one accumulator`);
  }
  if (name.includes('.')) throw new CommandError(40235, `The field name '${name}' cannot contain '.'`);
  if (name.startsWith('$'))
    throw new CommandError(40236, `The field name '${name}' cannot be an operator name`);
  if (absent.has(operator)) throw notSupported(`${operator} is not supported by the embedded store`);
  const make = Object.hasOwn(accumulators, operator) ? accumulators[operator] : undefined;
  if (make === undefined) throw new CommandError(15952, `unknown group operator '${operator}'`);
  const expression = (value as Document)[operator] as unknown;
  if (operator === '$count' && !(isDocument(expression) && Object.keys(expression).length === 0)) {
    throw badValue('$count takes no arguments, i.e. $count:{}');
  }
  return { name, make, evaluate: compileExpression(operator === '$count' ? 1 : expression) };
}
