import { Types } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bondKey, clientModel } from '../../../server/clients/client.model.ts';
import {
  createIsServiceMessage,
  type IsServiceMessage,
} from '../../../server/serviceMessages/knownService.ts';
import { serviceMessageModel } from '../../../server/serviceMessages/serviceMessage.model.ts';
import { openTestStore, type TestStore } from '../../support/store.ts';

const companyId = new Types.ObjectId();
const communityId = new Types.ObjectId();
const community = { id: communityId.toHexString(), network: 'ok' as const, externalId: '1' };

let store: TestStore;
let isServiceMessage: IsServiceMessage;
beforeAll(async () => {
  store = await openTestStore();
  const clients = clientModel(store.connection);
  const serviceMessages = serviceMessageModel(store.connection);
  await clients.create({
    companyId,
    name: 'Анна',
    firstSeenAt: new Date(),
    phoneIndex: 'anna',
    bonds: [{ key: bondKey('ok', 'user:1'), network: 'ok', externalUserId: 'user:1', bondedAt: new Date() }],
  });
  // Only the fields that the check reads.
  await serviceMessages.collection.insertOne({
    companyId,
    phoneIndex: 'anna',
    text: 'Заказ готов',
    tries: [{ network: 'ok', communityId, externalId: 'mid:1', startedAt: new Date() }],
  } as never);
  isServiceMessage = createIsServiceMessage({ companyId, clients, serviceMessages });
});
afterAll(() => store?.[Symbol.asyncDispose]());

it.each([
  ['by the id that the network gave it', { peerId: 'user:9', externalId: 'mid:1', text: 'что угодно' }, true],
  ['by its text to the same person', { peerId: 'user:1', externalId: 'mid:2', text: 'Заказ готов' }, true],
  [
    'not by its text to another person',
    { peerId: 'user:9', externalId: 'mid:2', text: 'Заказ готов' },
    false,
  ],
  ['not by another text', { peerId: 'user:1', externalId: 'mid:3', text: 'Добрый день' }, false],
])('recognises a service message in the history %s', async (_, message, expected) => {
  expect(await isServiceMessage(community, message)).toBe(expected);
});
