/** The sender crashes between any two steps: each test stores the state of one crash, and another sender goes on. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toCommunityRef } from '../../../../server/communities/communityRef.ts';
import type { Message } from '../../../../server/conversations/message.model.ts';
import { until } from '../../../support/until.ts';
import { anna, groupId } from '../../channels/vk/vkFixture.ts';
import { type SenderDesk, startSenderDesk } from './senderDesk.ts';

let test: SenderDesk;
beforeEach(async () => {
  test = await startSenderDesk({ isListening: true });
});
afterEach(() => test[Symbol.asyncDispose]());

const LEASE_LEFT_MS = 150;
const claimed = () => ({
  'outbox.owner': 'dead',
  'outbox.dueAt': new Date(Date.now() + LEASE_LEFT_MS),
  'outbox.attempts': 1,
});
const sending = () => ({
  $set: { ...claimed(), status: 'sending' },
  $push: { statusHistory: { status: 'sending', at: new Date(), source: 'desk' } },
});
const sendItself = (answer: Message) =>
  test.channel.send(toCommunityRef(test.community), {
    peerId: answer.peerId,
    randomId: answer.randomId ?? 0,
    text: answer.text,
    files: [],
    replyToExternalId: null,
  });
/** Waits until the echo of the sent answer is stored. */
const echoStored = () =>
  until('the echo to be stored', async () => {
    const { lastTs } = test.desk.sandbox.control.counters({ groupId });
    return Number((await test.desk.community()).checkpoint?.ts) >= lastTs;
  });
const noEcho = () => test.desk.sandbox.control.setFaults({ suppressEvents: ['message_reply'] });

async function expectSentOnce(answer: Message): Promise<void> {
  const sent = await test.becomes(answer, 'sent');
  expect(sent).toMatchObject({ externalId: '1', position: 1, failure: null });
  expect(sent.outbox).toBeUndefined();
  expect(test.onPhone()).toEqual([answer.text]);
  await until('the conversation to show it', async () => {
    const { lastMessage, tailPosition } = await test.conversation();
    return lastMessage?.status === 'sent' && tailPosition === 1;
  });
  const shown = (await test.desk.messages(anna)).filter(({ deletedAt }) => deletedAt === null);
  expect(shown.map(({ text }) => text)).toEqual([answer.text]);
}

describe('an answer whose sender crashed', () => {
  it('after the claim is sent when the lease has ended', async () => {
    const answer = await test.queue('После заявки');
    await test.leave(answer, { $set: claimed() });
    const startedAtMs = Date.now();
    test.start();
    await expectSentOnce(answer);
    expect(Date.now() - startedAtMs).toBeGreaterThan(LEASE_LEFT_MS / 2);
  });

  it('before the call is looked up, not found, and sent', async () => {
    const answer = await test.queue('Перед вызовом');
    await test.leave(answer, sending());
    test.start();
    await expectSentOnce(answer);
  });

  it('after the call and before its echo is found and not sent again', async () => {
    noEcho();
    const answer = await test.queue('После вызова');
    await test.leave(answer, sending());
    expect(await sendItself(answer)).toMatchObject({ kind: 'sent' });
    test.start();
    await expectSentOnce(answer);
    expect(test.desk.sandbox.control.counters({ groupId }).apiCalls['messages.send']).toBe(1);
  });

  it('after the call is completed by the echo, without a look-up', async () => {
    const answer = await test.queue('По эху');
    await test.leave(answer, sending());
    await sendItself(answer);
    await echoStored();
    expect((await test.read(answer)).statusHistory.at(-1)).toMatchObject({ source: 'event' });
    test.start();
    await expectSentOnce(answer);
  });

  it('between the writes of the message and its conversation is shown in the list after the echo', async () => {
    const answer = await test.queue('Между');
    await test.leave(answer, sending());
    noEcho();
    await sendItself(answer);
    await test.leave(answer, {
      $set: { status: 'sent', externalId: '1', position: 1 },
      $unset: { outbox: 1 },
      $inc: { version: 1 },
    });
    expect((await test.conversation()).lastMessage?.status).toBe('queued');
    // The crashed process had not acknowledged the event either: it arrives again, here from the history.
    test.desk.sandbox.control.clearFaults();
    test.desk.sandbox.control.dropEventQueue({ groupId });
    await expectSentOnce(answer);
  });

  it('after it hid an echo without a number is still shown once', async () => {
    const answer = await test.queue('Эхо без номера');
    test.desk.sandbox.control.setFaults({ omitRandomId: true });
    await test.leave(answer, { $set: claimed() });
    // It is not being sent yet, so the echo is not recognised and is stored as an administrator's answer.
    await sendItself(answer);
    await echoStored();
    const echo = (await test.desk.messages(anna)).find(({ _id }) => !_id.equals(answer._id));
    expect(echo).toMatchObject({ externalId: '1', authorType: 'administrator' });
    // The crash came after the first of recordSent's two steps.
    await test.leave(echo as Message, {
      $set: { deletedAt: new Date(), externalId: '1:echo' },
      $unset: { position: 1 },
      $inc: { version: 1 },
    });
    await test.leave(answer, sending());
    test.start();
    await expectSentOnce(answer);
  });

  it('is shown once, too, when its echo without a number came first and no sender crashed', async () => {
    const answer = await test.queue('Эхо раньше ответа');
    test.desk.sandbox.control.setFaults({ omitRandomId: true });
    await sendItself(answer);
    await echoStored();
    test.start();
    await expectSentOnce(answer);
  });
});

describe('two senders', () => {
  it('send each of many answers once and in order, although one of them crashes again and again', async () => {
    const users = Array.from({ length: 6 }, (_, index) => 3_000 + index);
    for (const userId of users) {
      test.desk.sandbox.control.createUser({ userId, firstName: 'К', phone: `+7999000${userId}` });
      test.desk.sandbox.control.clientAllows({ groupId, userId });
    }
    test.desk.sandbox.control.setSettings({ rateLimitPerSecond: null });
    const answers: Message[] = [];
    for (let n = 1; n <= 8; n += 1)
      for (const userId of users) answers.push(await test.queue(String(n), { userId }));
    // It is random whether VK received the call.
    let isCrashing = true;
    const crashing: typeof test.channel = {
      ...test.channel,
      async send(community, message) {
        const isFatal = isCrashing && Math.random() < 0.3;
        if (isFatal && Math.random() < 0.5) throw new Error('The process crashed before the call');
        const outcome = await test.channel.send(community, message);
        if (isFatal) throw new Error('The process crashed after the call');
        return outcome;
      },
    };
    test.start({ leaseMs: 300 }, crashing);
    test.start({ leaseMs: 300 });
    await until(
      'half of them to be sent',
      async () => {
        const all = await Promise.all(answers.map(test.read));
        return all.filter(({ status }) => status === 'sent').length > answers.length / 2;
      },
      { timeoutMs: 60_000 },
    );
    isCrashing = false;
    for (const answer of answers) await test.becomes(answer, 'sent');
    for (const userId of users)
      expect(test.onPhone(userId)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
  });
});
