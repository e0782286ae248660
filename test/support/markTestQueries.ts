/**
 * Marks the queries that a test makes itself, by `$comment`, so that `scanCheck.ts` looks only at the program's. Whose a
 * query is says the nearest caller outside the libraries.
 */

import { Collection } from 'mongodb';
import mongoose from 'mongoose';
import { testComment } from '../../server/storage/embedded/query/scanNotes.ts';

type Method = (...args: unknown[]) => unknown;
type Methods = Record<string, Method>;

const mark = { $comment: testComment };
const isMarked = Symbol.for('marked test queries');

function isCalledByTest(): boolean {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 15;
  const stack = new Error().stack ?? '';
  Error.stackTraceLimit = stackTraceLimit;
  const caller = stack
    .split('\n')
    .slice(1)
    .find((line) => /\/(server|test)\//.test(line) && !/node_modules|markTestQueries/.test(line));
  return caller?.includes('/test/') === true;
}

const withMark = (filter: unknown) => ({ ...(filter as object | undefined), ...mark });

const byFilter = [
  'find',
  'findOne',
  'countDocuments',
  'updateOne',
  'updateMany',
  'replaceOne',
  'deleteOne',
  'deleteMany',
  'findOneAndUpdate',
  'findOneAndReplace',
  'findOneAndDelete',
];
const ofModels = [...byFilter, 'findById', 'exists', 'distinct'];

function wrap(
  target: Methods,
  name: string,
  call: (original: Method, self: unknown, args: unknown[]) => unknown,
) {
  const original = target[name]!;
  target[name] = function marked(this: unknown, ...args: unknown[]) {
    return isCalledByTest() ? call(original, this, args) : original.apply(this, args);
  };
}

function markDriver(target: Methods): void {
  for (const name of byFilter) {
    wrap(target, name, (original, self, [filter, ...rest]) => original.call(self, withMark(filter), ...rest));
  }
  wrap(target, 'distinct', (original, self, [key, filter, ...rest]) =>
    original.call(self, key, withMark(filter), ...rest),
  );
  wrap(target, 'aggregate', (original, self, [pipeline = [], ...rest]) =>
    original.call(self, [{ $match: mark }, ...(pipeline as object[])], ...rest),
  );
}

function markModels(target: Methods): void {
  for (const name of ofModels) {
    wrap(target, name, (original, self, args) =>
      (original.apply(self, args) as mongoose.Query<unknown, unknown>).where(mark as never),
    );
  }
}

const shared = globalThis as { [isMarked]?: boolean };
if (!shared[isMarked]) {
  shared[isMarked] = true;
  markDriver(Collection.prototype as unknown as Methods);
  markModels(mongoose.Model as unknown as Methods);
}
