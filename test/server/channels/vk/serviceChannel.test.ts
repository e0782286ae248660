/** Service messages by the community's own API: the way for who is known where no gateway is set up. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sampleCommunity } from '../../../../server/sandbox/sample.ts';
import { annaId, annaPhone, type ServiceDesk, startServiceDesk } from '../../../support/serviceDesk.ts';
import { until } from '../../../support/until.ts';

const { groupId } = sampleCommunity;
let desk: ServiceDesk;

beforeAll(async () => {
  desk = await startServiceDesk();
  const { control } = desk.sandbox;
  // The client is known from an answer to what a gateway brought.
  await desk.untilStatus(await desk.send(), 'delivered');
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
afterAll(() => desk[Symbol.asyncDispose]());

it('goes to the user id of the phone with its buttons, and is read without having been reported', async () => {
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

it('says why it cannot be used: nobody is known by the phone, or nobody may answer', async () => {
  const stranger = await desk.send({ phone: '+79995550123', route: ['vk'] });
  expect((await desk.untilStatus(stranger, 'undelivered')).history.at(-1)?.code).toBe('userIdUnknown');
  await desk.approve('oneWay', { direction: 'oneWay', buttons: [] });
  const oneWay = await desk.send({ template: 'oneWay', route: ['vk'] });
  expect((await desk.untilStatus(oneWay, 'undelivered')).history.at(-1)?.code).toBe('oneWayNeedsGateway');
});

it('is looked up when its answer was lost, and stands in the dialogue once', async () => {
  const { control } = desk.sandbox;
  control.setFaults({ cuts: [{ method: 'messages.send', when: 'after', times: 1 }] });
  const id = await desk.send({ variables: { order: '№9' }, route: ['vk'] });
  await desk.untilStatus(id, 'sent');
  control.clearFaults();
  const { messages } = control.snapshot({ groupId, userId: annaId });
  expect(messages.filter(({ text }) => text === 'Заказ №9 готов')).toHaveLength(1);
});

it('stops with the community whose token is dead, and waits instead of ending', async () => {
  desk.sandbox.control.setFaults({ apiErrors: [{ method: 'messages.send', code: 5 }] });
  const id = await desk.send({ route: ['vk'] });
  await until('the community to be stopped', async () => {
    const { communities } = await desk.admin.call('listCommunities');
    return communities.find((each) => each.id === desk.vkCommunityId)?.connection.state === 'stopped';
  });
  expect(await desk.read(id)).toMatchObject({ status: 'queued' });
});
