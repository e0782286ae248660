import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type SendingFixture, startSending } from '../server/serviceMessages/sendingFixture.ts';
import { type SteeredNetwork, steeredNetwork } from '../server/serviceMessages/steeredNetwork.ts';

let network: SteeredNetwork;
let sending: SendingFixture;

beforeAll(async () => {
  network = steeredNetwork();
  sending = await startSending({ channels: network.channels });
});
beforeEach(async () => {
  network.asUsual();
  await sending.clear();
});
afterAll(() => sending?.[Symbol.asyncDispose]());

describe('N4 any user of the network can be addressed', () => {
  it('by an unknown phone: without a client, a conversation or a subscription', async () => {
    expect(await sending.clients.countDocuments()).toBe(0);
    const message = await sending.sendOne({ phone: '+79990000077' });
    await sending.work();
    expect(await sending.read(message)).toMatchObject({ status: 'sent' });
    expect(network.accepted.at(-1)).toMatchObject({ phone: '+79990000077', community: sending.vk });
    expect(await sending.clients.countDocuments()).toBe(0);
  });

  it.each([
    ['+7 (999) 000-00-78', '+79990000078'],
    ['+375 29 123-45-67', '+375291234567'],
    ['+44 20 7946 0958', '+442079460958'],
  ])('reads %s as the phone %s', async (written, phone) => {
    const first = await sending.sendOne({ phone: written });
    const second = await sending.sendOne({ phone });
    expect(second.phoneIndex).toBe(first.phoneIndex);
    expect(sending.phones.open(first.phoneSealed, first._id)).toBe(phone);
  });

  const noPhones = ['', '12345', 'id2001', '89990000078', '+7999', '@anna'];
  const moreThanPhones = ['Анна +79990000078', '+79990000078 x5', '+79990000078 or so'];
  it.each([...noPhones, ...moreThanPhones])('refuses %j, naming the phone', async (phone) => {
    expect(await sending.send({ phone })).toEqual({
      kind: 'refused',
      refusal: { code: 'phoneInvalid', field: 'phone' },
    });
  });

  it('reports a phone that no network knows', async () => {
    network.behaves = { vk: 'refuses', ok: 'refuses' };
    const message = await sending.sendOne({ phone: '+79990000079' });
    await sending.work();
    expect(await sending.read(message)).toMatchObject({ status: 'undelivered', endCode: 'notInNetwork' });
  });
});
