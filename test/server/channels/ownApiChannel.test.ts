/** The channel that VK and OK share for a community's own API, with a network that refuses the token. */
import { Writable } from 'node:stream';
import { Types } from 'mongoose';
import pino from 'pino';
import { expect, it } from 'vitest';
import { stop } from '../../../server/channels/calls.ts';
import { createOwnApiChannel } from '../../../server/channels/ownApiChannel.ts';
import { communityModel } from '../../../server/communities/community.model.ts';
import type { OutgoingService } from '../../../server/serviceMessages/sending/serviceChannel.ts';
import { openTestStore } from '../../support/store.ts';
import { anyCall } from './anyCall.ts';

const message = (): OutgoingService => {
  const messageId = new Types.ObjectId();
  return {
    tryKey: `${messageId.toHexString()}.vk`,
    messageId,
    phone: '+79990000001',
    templateId: new Types.ObjectId(),
    templateName: 'orderReady',
    templateVersion: 1,
    variables: {},
    text: 'Заказ готов',
    buttons: [],
    imageIds: [],
    direction: 'twoWay',
    deliveryPolicy: 'any',
  };
};

it('makes no further calls once the token is refused, and logs that once', async () => {
  await using store = await openTestStore();
  const communities = communityModel(store.connection);
  await store.build([communities] as never);
  const since = new Date();
  const { _id } = await communities.create({
    companyId: new Types.ObjectId(),
    network: 'vk',
    externalId: '100500',
    name: 'Лавка',
    tokenSealed: 'sealed',
    intake: { longPoll: false, webhook: false },
    isEnabled: true,
    connection: { state: 'live', since, stopReason: null, networkCode: null },
    createdAt: since,
  });
  const refusals: unknown[] = [];
  const logger = pino(
    { level: 'error' },
    new Writable({
      write(line: Buffer, _, done) {
        refusals.push(JSON.parse(line.toString()));
        done();
      },
    }),
  );
  const published: unknown[] = [];
  const sent: OutgoingService[] = [];
  const channel = createOwnApiChannel(
    {
      communities,
      publish: (change) => published.push(change),
      logger,
      userIdOf: async () => '2001',
    },
    {
      perSecond: 15,
      atOnce: 3,
      meaningOf: () => stop('tokenRejected'),
      settleMs: 0,
      prepareImages: async () => ({ kind: 'ready', attachments: [] }),
      send: async (_, __, each) => {
        sent.push(each);
        return { kind: 'communityStopped', networkCode: 5 };
      },
      findSent: async () => ({ kind: 'absent' }),
    },
  );
  const ref = { id: _id.toHexString(), network: 'vk', externalId: '100500' } as const;
  const outcomes = await channel.send(ref, Array.from({ length: 7 }, message), anyCall());
  expect(outcomes).toEqual(Array(7).fill({ kind: 'communityStopped', networkCode: '5' }));
  expect(sent).toHaveLength(3);
  expect(refusals).toMatchObject([{ network: 'vk', networkCode: 5, stopReason: 'tokenRejected' }]);
  expect(published).toHaveLength(1);
  expect(await channel.canSend(ref)).toBe(false);
});
