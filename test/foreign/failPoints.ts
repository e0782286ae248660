/**
 * Accepting under MongoDB's own fail points, on a server with retryable writes: the driver repeats a failed write once,
 * so a point that fails several times is what the program meets. Accepted means stored, each message once.
 */
import type { Document } from 'mongodb';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { serviceMessageModel } from '../../server/serviceMessages/serviceMessage.model.ts';
import { request, type SendingFixture, startSending } from '../server/serviceMessages/sendingFixture.ts';
import { steeredNetwork } from '../server/serviceMessages/steeredNetwork.ts';

let sending: SendingFixture;
let clients = 0;

beforeAll(async () => {
  sending = await startSending(steeredNetwork());
});
afterEach(() => failPoint('off'));
afterAll(() => sending?.[Symbol.asyncDispose]());

const failCommands = ['insert', 'update', 'findAndModify', 'bulkWrite'];
const failPoint = (mode: 'off' | { times: number }, failure: Document = {}) =>
  sending.store.connection
    .getClient()
    .db('admin')
    .command({ configureFailPoint: 'failCommand', mode, data: { failCommands, ...failure } });

const writeConcernError = {
  code: 64,
  codeName: 'WriteConcernTimeout',
  errmsg: 'waiting for replication timed out',
};

it.each([
  ['the connection closes', { closeConnection: true }],
  ['the server is no longer primary', { errorCode: 10_107 }],
  ['the server shuts down', { errorCode: 91 }],
  ['the time is over', { errorCode: 50 }],
  ['too few servers confirm', { writeConcernError }],
])('stores once whatever it accepted while %s', async (_, failure) => {
  for (const times of [1, 2, 3, 5]) {
    const phones = Array.from({ length: 5 }, () => `+7999000${String(1000 + clients++)}`);
    const items = phones.map((phone) => ({
      request: request({ phone }),
      repeatTokens: [`client:${phone}`],
      requestHash: phone,
    }));
    const accept = () => sending.accepting.accept(sending.sender, items);
    await failPoint({ times }, failure);
    const outcomes = await accept().catch(() => []);
    await failPoint('off');
    const accepted = outcomes.flatMap((outcome, at) => (outcome.kind === 'accepted' ? [phones[at]!] : []));
    expect(await storedOf(accepted)).toEqual(accepted.map(() => 1));
    // The caller does not know, and asks again under the same tokens.
    await accept();
    expect(await storedOf(phones)).toEqual(phones.map(() => 1));
  }
});

function storedOf(phones: string[]): Promise<number[]> {
  const messages = serviceMessageModel(sending.store.connection);
  return Promise.all(
    phones.map((phone) => messages.countDocuments({ phoneIndex: sending.phones.indexOf(phone) })),
  );
}
