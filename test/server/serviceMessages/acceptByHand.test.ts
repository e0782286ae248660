/** A template sent by hand goes to the client's phone once, under the same rules as any other. */
import { Types } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Client } from '../../../server/clients/client.model.ts';
import { sealClientPhone } from '../../../server/phones/clientPhones.ts';
import { sendByHand } from '../../../server/serviceMessages/accepting/sendByHand.ts';
import { createSealing } from '../../../server/storage/sealing.ts';
import type { HandMessage } from '../../../shared/schemas/handMessage.ts';
import { phone, type SendingFixture, startSending } from './sendingFixture.ts';
import { type SteeredNetwork, steeredNetwork } from './steeredNetwork.ts';

let network: SteeredNetwork;
let sending: SendingFixture;
beforeAll(async () => {
  network = steeredNetwork();
  sending = await startSending({ channels: network.channels });
});
afterAll(() => sending?.[Symbol.asyncDispose]());

it('sends once on a double click, at most five a day, and only with all the variables of the template', async () => {
  const sealing = createSealing(Buffer.alloc(32, 3));
  const _id = new Types.ObjectId();
  const client = { _id, phoneSealed: sealClientPhone(sealing, _id, phone) } as Client;
  const { companyId, clients, accepting } = sending;
  const send = (clientToken: string, about: Partial<HandMessage> = {}) =>
    sendByHand(
      { companyId, clients, sealing, accepting },
      client,
      { template: 'orderReady', variables: { order: '№ 7' }, clientToken, ...about },
      { id: 'anna', communityIds: 'all' },
    );
  const twice = await Promise.all([send('token-000'), send('token-000')]);
  const ids = twice.map(
    (outcome) =>
      (outcome.kind === 'accepted' || outcome.kind === 'repeated') && outcome.message._id.toHexString(),
  );
  expect(ids[0]).toBeTruthy();
  expect(ids[0]).toBe(ids[1]);
  expect(await send('token-000', { variables: { order: 'другой' } })).toMatchObject({
    kind: 'refused',
    refusal: { code: 'clientMessageIdReused' },
  });
  expect(await send('token-001', { variables: {} })).toMatchObject({
    kind: 'refused',
    refusal: { code: 'variableMissing', details: { variable: 'order' } },
  });
  for (const number of [2, 3, 4, 5])
    expect((await send(`token-00${number}`, { ttlSeconds: 60 })).kind).toBe('accepted');
  expect(await send('token-006')).toMatchObject({ kind: 'refused', refusal: { code: 'quotaSpent' } });
  await sending.work();
  expect(network.accepted.map((accepted) => accepted.phone)).toEqual(Array(5).fill(phone));
});
