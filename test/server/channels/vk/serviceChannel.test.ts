/** Service messages through the community's own API, to clients with a known user id, where no gateway is set up. */
import { Types } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sampleCommunity } from '../../../../server/sandbox/sample.ts';
import { annaId, annaPhone, type ServiceDesk, startServiceDesk } from '../../../support/serviceDesk.ts';
import { openTestStore, type TestStore } from '../../../support/store.ts';
import { until } from '../../../support/until.ts';

const { groupId } = sampleCommunity;
let store: TestStore;
let desk: ServiceDesk;
let isMarkedForGateway: boolean;

/** Whether the message's unit was marked as sent (N7) while the network still held its answer back. */
async function isMarkedDuringCall(about: object = {}): Promise<[string, boolean]> {
  const { control } = desk.sandbox;
  const before = control.handOvers().length;
  control.setFaults({ slowAnswersMs: 1_500 });
  const id = await desk.send(about);
  await until('the call to arrive', () => control.handOvers().length > before, { everyMs: 5 });
  const row = await store.connection
    .collection('quota')
    .findOne({ 'units.messageId': new Types.ObjectId(id) });
  const isWaiting = (await desk.read(id)).status === 'queued';
  control.clearFaults();
  const unit = row?.units.find((each: { messageId: Types.ObjectId }) => each.messageId.equals(id));
  return [id, isWaiting && unit.sentAt instanceof Date];
}

beforeAll(async () => {
  store = await openTestStore();
  desk = await startServiceDesk({ env: { MONGODB_URI: store.uri } });
  const { control } = desk.sandbox;
  // The client's reply to a message from the gateway bonds the phone to the user id.
  const [first, isMarked] = await isMarkedDuringCall();
  isMarkedForGateway = isMarked;
  await desk.untilStatus(first, 'delivered');
  const shown = control.snapshot({ groupId, userId: annaId }).messages.at(-1)!;
  control.clientPressesButton({
    groupId,
    userId: annaId,
    cmid: shown.conversation_message_id,
    row: 0,
    column: 0,
  });
  await until('the phone to be tied to the client', async () => {
    const { clients } = await desk.admin.call('findClients', { body: { text: annaPhone } });
    return clients.length === 1;
  });
  await desk.admin.call('removeGateway', { params: { communityId: desk.vkCommunityId } });
});
afterAll(async () => {
  await desk?.[Symbol.asyncDispose]();
  await store?.[Symbol.asyncDispose]();
});

it('uses up a unit of quota before the call, by the gateway and by the own API: a crash gives none back', async () => {
  expect(isMarkedForGateway).toBe(true);
  const [id, isMarked] = await isMarkedDuringCall({ variables: { order: '№7а' }, route: ['vk'] });
  expect(isMarked).toBe(true);
  await desk.untilStatus(id, 'sent');
});

it('is sent to the user id of the phone with its buttons, and becomes read without a delivery report', async () => {
  const { control } = desk.sandbox;
  const id = await desk.send({ variables: { order: '№8' }, route: ['vk'] });
  await desk.untilStatus(id, 'sent');
  const { messages } = control.snapshot({ groupId, userId: annaId });
  const shown = messages.at(-1);
  expect(shown).toMatchObject({ out: 1, text: 'Заказ №8 готов' });
  const [answers, opens] = (shown?.keyboard?.buttons ?? []).flat().map(({ action }) => action);
  expect(JSON.parse(answers?.payload ?? '{}')).toMatchObject({ notify: { messageId: id, button: 0 } });
  expect(opens).toMatchObject({ type: 'open_link', link: expect.stringMatching(/^https:/) });
  control.clientReads({ groupId, userId: annaId });
  const { history } = await desk.untilStatus(id, 'read');
  expect(history.map(({ status }) => status)).toEqual(['queued', 'sent', 'read']);
});

it('ends with a reason when the user id of the phone is unknown, or when the message is one-way', async () => {
  const stranger = await desk.send({ phone: '+79995550123', route: ['vk'] });
  expect((await desk.untilStatus(stranger, 'undelivered')).history.at(-1)?.code).toBe('userIdUnknown');
  await desk.approve('oneWay', { direction: 'oneWay', buttons: [] });
  const oneWay = await desk.send({ template: 'oneWay', route: ['vk'] });
  expect((await desk.untilStatus(oneWay, 'undelivered')).history.at(-1)?.code).toBe('oneWayNeedsGateway');
});

it('is looked up when the answer of its call was lost, and appears in the dialogue once', async () => {
  const { control } = desk.sandbox;
  control.setFaults({ cuts: [{ method: 'messages.send', when: 'after', times: 1 }] });
  const id = await desk.send({ variables: { order: '№9' }, route: ['vk'] });
  await desk.untilStatus(id, 'sent');
  control.clearFaults();
  const { messages } = control.snapshot({ groupId, userId: annaId });
  expect(messages.filter(({ text }) => text === 'Заказ №9 готов')).toHaveLength(1);
});

it('stays queued when VK refuses the token of the community', async () => {
  desk.sandbox.control.setFaults({ apiErrors: [{ method: 'messages.send', code: 5 }] });
  const id = await desk.send({ route: ['vk'] });
  await until('the community to be stopped', async () => {
    const { communities } = await desk.admin.call('listCommunities');
    return communities.find((each) => each.id === desk.vkCommunityId)?.connection.state === 'stopped';
  });
  expect(await desk.read(id)).toMatchObject({ status: 'queued' });
});
