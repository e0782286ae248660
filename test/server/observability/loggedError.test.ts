/** What the log shows of errors as the driver, the models and the language really throw them. */
import { inspect } from 'node:util';
import { APIError } from 'better-auth';
import { type Model, Schema } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { errorName } from '../../../server/observability/loggedError.ts';
import { createLogger } from '../../../server/observability/logger.ts';
import { inserting, writeInOrder } from '../../../server/storage/writeInOrder.ts';
import { type FaultyStore, openFaultyStore } from '../../support/faultyStore.ts';
import { isWrite } from '../../support/storeProxy.ts';

const secret = '5000 должна Мария';
let store: FaultyStore;
const rows = () => store.connection.collection<{ _id: string; text?: string }>('rows');
const strictRows = (): Model<{ _id: string; count?: number }> =>
  store.connection.models.Strict ??
  store.connection.model('Strict', new Schema({ _id: String, count: Number }, { strict: 'throw' }) as never);

beforeAll(async () => {
  store = await openFaultyStore();
  await rows().createIndex({ text: 1 }, { unique: true });
  await rows().insertOne({ _id: 'stored', text: secret });
});
afterAll(() => store[Symbol.asyncDispose]());

function logged(error: unknown): Record<string, unknown> {
  const lines: string[] = [];
  const logger = createLogger('info', { write: (line) => lines.push(line) });
  logger.error({ err: error }, 'failed');
  logger.error({ error }, 'failed');
  expect(lines.join()).not.toContain(secret);
  expect(lines.join()).not.toContain('5000');
  return JSON.parse(lines[0] ?? '').err;
}

const other = { _id: 'other', text: secret };
const namespace = () => `${store.connection.name}.rows`;
const thrown: [string, string, () => unknown][] = [
  ['an insert', 'MongoServerError', () => rows().insertOne(other)],
  [
    'a bulk insert',
    'MongoBulkWriteError',
    () => rows().insertMany([{ _id: 'a' }, other], { ordered: false }),
  ],
  [
    'a bulk write',
    'MongoBulkWriteError',
    () => rows().bulkWrite([{ insertOne: { document: other } }], { ordered: false }),
  ],
  [
    'a bulk write over collections',
    'MongoClientBulkWriteError',
    () =>
      store.connection
        .getClient()
        .bulkWrite([{ namespace: namespace(), name: 'insertOne', document: other as object }]),
  ],
  [
    'writes in order',
    'MongoServerError',
    () => writeInOrder([inserting(strictRows(), { _id: secret }), inserting(strictRows(), { _id: secret })]),
  ],
  [
    'an update that the store refuses',
    'MongoServerError',
    () => rows().updateOne({ _id: secret }, { [`$${secret}`]: 1 } as never),
  ],
  [
    'a model that cannot cast',
    'ValidationError',
    () => strictRows().create({ _id: 'a', count: secret } as never),
  ],
  [
    'a model without the field',
    'StrictModeError',
    () => strictRows().create({ _id: 'a', [secret]: 1 } as never),
  ],
  ['JSON', 'SyntaxError', () => JSON.parse(`x ${secret}`)],
];

it.each(thrown)('of %s: name, code and calls, and nothing of the data', async (_, type, work) => {
  const error = await (async () => work())().then(
    () => expect.fail('nothing was thrown'),
    (each: unknown) => each,
  );
  // Otherwise the case would prove nothing.
  expect(inspect(error, { depth: 9 })).toContain('5000');
  const shown = logged(error);
  expect(shown).toMatchObject({ type, stack: expect.stringMatching(/^at /) });
  expect(Object.keys(shown).every((key) => ['type', 'code', 'stack', 'cause'].includes(key))).toBe(true);
  if (type === 'MongoServerError' || type === 'MongoBulkWriteError') expect(shown.code).toBeTypeOf('number');
});

it('of a bulk insert whose connection was cut: the network error inside it', async () => {
  store.proxy.fail({ kind: 'cut', work: 'undone' }, { of: isWrite });
  const error = await rows()
    .insertMany([other], { ordered: false })
    .catch((each: unknown) => each);
  store.proxy.heal();
  expect(logged(error)).toMatchObject({ type: 'MongoBulkWriteError', cause: { type: 'MongoNetworkError' } });
  expect(errorName(error)).toBe('MongoBulkWriteError: MongoNetworkError');
});

it('of causes, also those that the sign-in library wraps, and no further than five', () => {
  const error = new Error(secret, { cause: new APIError('FORBIDDEN', { message: secret }) });
  expect(logged(error)).toMatchObject({ type: 'Error', cause: { type: 'APIError' } });
  const circle = new Error(secret);
  circle.cause = circle;
  expect(JSON.stringify(logged(circle)).match(/"type"/g)).toHaveLength(6);
});

it('of an error with a message that looks like calls, and of what is no error', () => {
  expect(logged(new Error(`one\n    at ${secret}`)).stack).not.toContain('one');
  expect(logged({ type: 'APIError', code: 9, message: secret })).toEqual({ type: 'APIError', code: 9 });
  expect(logged({ name: secret, code: secret })).toEqual({ type: 'Object' });
  expect(logged(undefined)).toBeUndefined();
});
