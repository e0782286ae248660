import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVkConnector } from '../../../../server/channels/vk/connector.ts';
import { ingestBatch } from '../../../../server/channels/vk/ingestBatch.ts';
import { getPollServer, type PollServer, poll } from '../../../../server/channels/vk/pollRequest.ts';
import { until } from '../../../support/until.ts';
import { anna, groupId, startVkFixture, token, type VkFixture } from './vkFixture.ts';

let fixture: VkFixture;
let server: PollServer;
let ts: string;
const never = new AbortController().signal;
beforeEach(async () => {
  fixture = await startVkFixture();
  const connector = createVkConnector({ ofToken: () => fixture.client } as never);
  await connector.prepareIntake(token, String(groupId), { longPoll: true, webhook: null });
  server = await getPollServer(fixture.client);
  ts = server.ts;
});
afterEach(() => fixture[Symbol.asyncDispose]());

/** Ingests all events that VK has for the desk now. */
async function ingestAll(): Promise<void> {
  const answer = await poll(server, ts, never, { isProbe: true });
  if (answer.kind !== 'updates') throw new Error(`The long poll answered ${answer.kind}`);
  ts = answer.ts;
  await ingestBatch(fixture.deps, fixture.client, answer.updates, never, {
    firstMs: 1,
    mostMs: 5,
    jitter: 'full',
  });
}

const { clientSends, setFaults, clearFaults } = {
  clientSends: (text: string) => fixture.sandbox.control.clientSends({ groupId, userId: anna, text }),
  setFaults: (...given: Parameters<VkFixture['sandbox']['control']['setFaults']>) =>
    fixture.sandbox.control.setFaults(...given),
  clearFaults: () => fixture.sandbox.control.clearFaults(),
};

describe('a part that an event omits', () => {
  it('is read from VK when VK crops the message', async () => {
    const whole = 'длинно '.repeat(300);
    setFaults({ cropMessages: true });
    fixture.sandbox.control.clientSends({
      groupId,
      userId: anna,
      text: whole,
      attachments: [{ type: 'poll', poll: { id: 1, owner_id: 1, question: 'Да?' } }],
    });
    await ingestAll();
    expect(fixture.intake.messages(anna)).toMatchObject([{ text: whole, attachments: [{ kind: 'poll' }] }]);
  });

  it('stays missing when VK does not show the whole message, and the rest is kept', async () => {
    setFaults({
      cropMessages: true,
      apiErrors: [{ method: 'messages.getByConversationMessageId', code: 936 }],
    });
    clientSends('начало '.repeat(100));
    await ingestAll();
    expect(fixture.intake.texts(anna)[0]).toMatch(/^начало /);
  });

  it('may be the `random_id` of our own message', async () => {
    setFaults({ omitRandomId: true });
    clientSends('привет');
    await fixture.client.vk.api.messages.send({ peer_ids: [anna], random_id: 55, message: 'ответ' });
    await ingestAll();
    expect(fixture.intake.messages(anna)[1]).toMatchObject({ direction: 'out', randomId: null });
  });
});

describe('a client who allows or forbids messages', () => {
  it('has the permission checked at VK, so that late and repeated events do no harm', async () => {
    clientSends('привет');
    await ingestAll();
    fixture.intake.events.splice(0);
    fixture.sandbox.control.clientDenies({ groupId, userId: anna });
    fixture.sandbox.control.clientAllows({ groupId, userId: anna });
    await ingestAll();
    // The last state counts, not the order of the events: in the end the client allows messages.
    const changes = fixture.intake.events.filter(({ type }) => type === 'writableChanged');
    expect(changes.length).toBeGreaterThan(1);
    expect(changes).toEqual(
      changes.map(() => ({ type: 'writableChanged', peerId: `${anna}`, canWrite: true })),
    );
  });

  it('has the permission of the event stored when VK cannot be asked', async () => {
    clientSends('привет');
    await ingestAll();
    setFaults({ apiErrors: [{ method: 'messages.isMessagesFromGroupAllowed', code: 10 }] });
    fixture.sandbox.control.clientDenies({ groupId, userId: anna });
    await ingestAll();
    expect(fixture.intake.events.at(-1)).toMatchObject({ type: 'writableChanged', canWrite: false });
  });
});

describe('a callback button', () => {
  it('shows no spinner on the phone once the press is ingested', async () => {
    clientSends('привет');
    const keyboard = {
      one_time: false,
      inline: true,
      buttons: [[{ action: { type: 'callback', label: 'Где он?', payload: '{"order":1}' } }]],
    };
    const { client, sandbox } = fixture;
    await client.vk.api.messages.send({
      peer_ids: [anna],
      random_id: 1,
      message: 'Ваш заказ',
      keyboard: JSON.stringify(keyboard),
    });
    const { eventId } = sandbox.control.clientPressesButton({ groupId, userId: anna, cmid: 2 });
    await ingestAll();
    expect(eventId).toBeTruthy();
    expect(fixture.intake.events.at(-1)).toMatchObject({
      type: 'callbackButtonPressed',
      externalId: '2',
      payload: '{"order":1}',
    });
    const phone = sandbox.control.snapshot({ groupId, userId: anna });
    expect(phone.eventAnswer?.data ?? null).toBeNull();
    expect(phone.eventAnswer?.eventId).toBeTruthy();
  });
});

describe('a gap', () => {
  it('of many messages is filled in order', async () => {
    clientSends('0');
    await ingestAll();
    setFaults({ loseEvents: 250 });
    for (let n = 1; n <= 251; n += 1) clientSends(`${n}`);
    await ingestAll();
    expect(fixture.intake.texts(anna)).toEqual(Array.from({ length: 252 }, (_, index) => `${index}`));
    expect(fixture.intake.gaps).toEqual([]);
  });

  it('is filled without messages that the client deleted meanwhile', async () => {
    clientSends('1');
    await ingestAll();
    setFaults({ loseEvents: 3 });
    const deleted = clientSends('2').cmid;
    clientSends('3');
    fixture.sandbox.control.clientDeletes({ groupId, userId: anna, cmid: clientSends('4').cmid });
    fixture.sandbox.control.clientDeletes({ groupId, userId: anna, cmid: deleted });
    clientSends('5');
    await ingestAll();
    expect(fixture.intake.texts(anna)).toEqual(['1', '3', '5']);
    // VK still lists them, marked as deleted, so nothing readable is missing.
    expect(fixture.intake.gaps).toEqual([]);
  });

  it('is recorded when VK does not show the dialogue, and the message is kept', async () => {
    clientSends('1');
    await ingestAll();
    setFaults({ loseEvents: 1, apiErrors: [{ method: 'messages.getByConversationMessageId', code: 936 }] });
    clientSends('2');
    clientSends('3');
    await ingestAll();
    expect(fixture.intake.texts(anna)).toEqual(['1', '3']);
    expect(fixture.intake.gaps).toEqual([{ peerId: `${anna}`, fromPosition: 2, toPosition: 2, count: 1 }]);
  });

  it('is filled later when VK is temporarily unavailable', async () => {
    clientSends('1');
    await ingestAll();
    setFaults({
      loseEvents: 1,
      apiErrors: [{ method: 'messages.getByConversationMessageId', code: 10, times: 3 }],
    });
    clientSends('2');
    clientSends('3');
    await ingestAll();
    expect(fixture.intake.texts(anna)).toEqual(['1', '2', '3']);
  });

  it('at the start of a new dialogue is filled with its newest 200 messages and not recorded', async () => {
    setFaults({ loseEvents: 301 });
    for (let n = 1; n <= 300; n += 1) clientSends(`${n}`);
    clearFaults();
    clientSends('301');
    await ingestAll();
    expect(fixture.intake.texts(anna)).toEqual(Array.from({ length: 201 }, (_, index) => `${index + 101}`));
    expect(fixture.intake.gaps).toEqual([]);
  });

  it('stops the community when VK answers that the rights are lost', async () => {
    clientSends('1');
    await ingestAll();
    setFaults({ loseEvents: 1 });
    clientSends('2');
    clientSends('3');
    setFaults({ apiErrors: [{ method: '*', code: 15 }] });
    await expect(ingestAll()).rejects.toMatchObject({ stopReason: 'rightsLost', networkCode: 15 });
  });
});

it('stores an edited message that was never received, after the messages before it', async () => {
  clientSends('1');
  await ingestAll();
  setFaults({ loseEvents: 2 });
  clientSends('2');
  const { cmid } = clientSends('3');
  fixture.sandbox.control.clientEdits({ groupId, userId: anna, cmid, text: '3, исправлено' });
  await ingestAll();
  expect(fixture.intake.texts(anna)).toEqual(['1', '2', '3, исправлено']);
});

it('hands read marks, typing and reactions to the intake', async () => {
  const { control } = fixture.sandbox;
  clientSends('1');
  control.adminWrites({ groupId, userId: anna, text: 'ответ', adminId: 9 });
  control.clientReads({ groupId, userId: anna });
  control.clientTypes({ groupId, userId: anna });
  control.clientReacts({ groupId, userId: anna, cmid: 2, reactionId: 4 });
  control.clientReacts({ groupId, userId: anna, cmid: 2, reactionId: null });
  await ingestAll();
  const peerId = `${anna}`;
  expect(fixture.intake.messages(anna)[1]).toMatchObject({ isFromAdministrator: true, direction: 'out' });
  expect(fixture.intake.events.filter(({ type }) => type !== 'writableChanged')).toEqual([
    { type: 'read', peerId, by: 'client', upToPosition: 2 },
    { type: 'typing', peerId },
    { type: 'reactionChanged', peerId, externalId: '2', by: 'client', reactionId: 4 },
    { type: 'reactionChanged', peerId, externalId: '2', by: 'client', reactionId: null },
  ]);
});

it('counts events that are not for the desk and continues', async () => {
  const { control } = fixture.sandbox;
  control.emitRaw({ groupId, type: 'message_hologram_new', object: { id: 1 } });
  control.emitRaw({ groupId, type: 'message_new', object: { message: { peer_id: 2_000_000_001 } } });
  control.emitRaw({ groupId, type: 'message_read', object: 'nonsense' });
  clientSends('а я дошло');
  await ingestAll();
  await until('the message', () => fixture.intake.texts(anna).length === 1);
  expect(fixture.counts).toMatchObject({ unknownType: 1, unreadable: 2 });
});

it('stores each event of a batch once, however often the batch comes', async () => {
  clientSends('1');
  clientSends('2');
  const answer = await poll(server, ts, never, { isProbe: true });
  if (answer.kind !== 'updates') throw new Error(answer.kind);
  for (let time = 0; time < 3; time += 1)
    await ingestBatch(fixture.deps, fixture.client, answer.updates.toReversed(), never);
  expect(fixture.intake.texts(anna)).toEqual(['1', '2']);
});
