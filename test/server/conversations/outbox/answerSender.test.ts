import { Types } from 'mongoose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changeCommunity } from '../../../../server/communities/connectCommunity.ts';
import { conversationModel } from '../../../../server/conversations/conversation.model.ts';
import type { Message } from '../../../../server/conversations/message.model.ts';
import { until } from '../../../support/until.ts';
import { anna, boris } from '../../channels/vk/vkFixture.ts';
import { type SenderDesk, startSenderDesk } from './senderDesk.ts';

let test: SenderDesk;
beforeEach(async () => {
  test = await startSenderDesk();
});
afterEach(() => test[Symbol.asyncDispose]());

const faults = () => test.desk.sandbox.control;
const calls = (method: string) => test.desk.sandbox.control.counters({ groupId: 77 }).apiCalls[method] ?? 0;

describe('an answer', () => {
  it('is found in the network, and not sent again, when it was sent but the response was lost', async () => {
    faults().setFaults({ cuts: [{ method: 'messages.send', when: 'after', times: 1 }] });
    const answer = await test.queue('Потерянный ответ');
    test.start();
    const sent = await test.becomes(answer, 'sent');
    expect(sent.statusHistory.map(({ status, source }) => [status, source])).toEqual([
      ['queued', 'desk'],
      ['sending', 'desk'],
      ['unknown', 'send'],
      ['sent', 'lookup'],
    ]);
    expect(sent).toMatchObject({ externalId: '1', position: 1 });
    expect(sent.outbox).toBeUndefined();
    expect(test.onPhone()).toEqual(['Потерянный ответ']);
    expect(calls('messages.send')).toBe(1);
  });

  it('is not sent again when its echo arrives during the look-up, which then omits it', async () => {
    faults().setFaults({ cuts: [{ method: 'messages.send', when: 'after', times: 1 }] });
    const answer = await test.queue('Эхо раньше');
    let lookUps = 0;
    test.start(
      {},
      {
        ...test.channel,
        // Like OK's look-up, which omits messages that the desk has stored.
        async findSent() {
          lookUps += 1;
          await test.echoes(answer, '1');
          return { kind: 'absent' };
        },
      },
    );
    await until('the look-up', () => lookUps > 0);
    const next = await test.queue('После него');
    await test.becomes(next, 'sent');
    expect((await test.read(answer)).statusHistory.map(({ source }) => source)).toEqual([
      'desk',
      'desk',
      'send',
      'event',
    ]);
    expect(calls('messages.send')).toBe(2);
  });

  it('is sent again with the same number when the call never arrived', async () => {
    faults().setFaults({ cuts: [{ method: 'messages.send', when: 'before', times: 1 }] });
    const answer = await test.queue('Дойдёт');
    test.start();
    await test.becomes(answer, 'sent');
    expect(test.onPhone()).toEqual(['Дойдёт']);
    expect(calls('messages.send')).toBe(2);
  });

  it.each([[6], [10], [1]])('is sent once after the temporary error %i', async (code) => {
    faults().setFaults({ apiErrors: [{ method: 'messages.send', code, times: 1 }] });
    const answer = await test.queue('Ещё раз');
    test.start();
    const sent = await test.becomes(answer, 'sent');
    expect(test.onPhone()).toEqual(['Ещё раз']);
    expect(calls('messages.send')).toBe(2);
    expect(sent.randomId).toBe(answer.randomId);
  });

  it.each([
    [9, 30_000],
    [29, 60_000],
  ])('waits as long as error %i requires, and keeps its number', async (code, waitMs) => {
    faults().setFaults({ apiErrors: [{ method: 'messages.send', code, times: 1 }] });
    const answer = await test.queue('Подождём');
    const startedAtMs = Date.now();
    test.start();
    const waiting = await until('it to be put off', async () => {
      const now = await test.read(answer);
      return now.statusHistory.length === 3 && now;
    });
    expect(waiting).toMatchObject({ status: 'queued', randomId: answer.randomId });
    expect(waiting.outbox?.owner).toBeNull();
    const dueAtMs = waiting.outbox?.dueAt.getTime() ?? 0;
    expect(dueAtMs - startedAtMs).toBeGreaterThanOrEqual(waitMs);
    expect(dueAtMs - Date.now()).toBeLessThanOrEqual(waitMs * 1.25);
    // Stands in for the passing of time.
    await test.leave(answer, { $set: { 'outbox.dueAt': new Date() } });
    await test.becomes(answer, 'sent');
    expect(test.onPhone()).toEqual(['Подождём']);
  });

  it.each([
    [901, 'clientForbidsMessages', true],
    [902, 'clientForbidsMessages', true],
    [18, 'clientGone', false],
    [7, 'accessDenied', false],
    [15, 'accessDenied', false],
    // Also VK's answer to a method that only users may call, so a send does not stop the community for it.
    [27, 'accessDenied', true],
  ])('is refused for good by error %i', async (networkCode, code, isRetryable) => {
    faults().setFaults({ apiErrors: [{ method: 'messages.send', code: networkCode, times: 1 }] });
    const answer = await test.queue('Нельзя');
    test.start();
    const failed = await test.becomes(answer, 'failed');
    expect(failed.failure).toEqual({ code, networkCode, isRetryable });
    expect(failed.outbox).toBeUndefined();
    expect(calls('messages.send')).toBe(1);
  });

  it('is read again for the search when it fails, when it is sent again and when it arrives after that', async () => {
    const conversations = conversationModel(test.desk.store.connection);
    const first = await test.queue('Сразу');
    const { _id } = await test.conversation();
    /** From where the index reads the thread, since the last call. */
    const readFrom = async () => {
      const { searchFrom, revision } = await conversations.findById(_id).orFail().lean();
      // As the index does it: only while the thread is as it was read.
      if (searchFrom) await conversations.updateOne({ _id, revision }, { $unset: { searchFrom: '' } });
      return searchFrom ?? null;
    };
    expect(await readFrom()).toBe(1);
    const sender = test.start();
    await test.becomes(first, 'sent');
    await until('the status to be in the conversation', async () => (await test.conversation()).revision > 1);
    expect(await readFrom()).toBeNull();
    // A sender that looks by itself could fail it before its own mark is read here.
    await sender.stop();
    faults().setFaults({ apiErrors: [{ method: 'messages.send', code: 901, times: 1 }] });
    const second = await test.queue('Со второго раза');
    expect(await readFrom()).toBe(2);
    const failing = test.start();
    await test.becomes(second, 'failed');
    expect(await until('the failure to be read', readFrom)).toBe(2);
    await failing.stop();
    await test.tryAgain(await test.read(second));
    expect(await readFrom()).toBe(2);
    test.start();
    await test.becomes(second, 'sent');
    expect(await until('its arrival to be read', readFrom)).toBe(2);
  });

  it('stops the community on error 5 and is not tried with that token again', async () => {
    faults().setFaults({ apiErrors: [{ method: 'messages.send', code: 5 }] });
    const answers = [await test.queue('Один'), await test.queue('Два')];
    test.start();
    for (const answer of answers) {
      const failed = await test.becomes(answer, 'failed');
      expect(failed.failure).toEqual({ code: 'communityStopped', networkCode: 5, isRetryable: true });
    }
    expect((await test.desk.community()).connection).toMatchObject({
      state: 'stopped',
      stopReason: 'tokenRejected',
    });
    expect(calls('messages.send')).toBe(1);
  });

  it('fails while the community is switched off, and is sent when an agent tries again later', async () => {
    const { actions } = test.vk;
    const id = test.community._id.toHexString();
    await changeCommunity(actions, id, { isEnabled: false });
    const answer = await test.queue('Выключено');
    test.start();
    const failed = await test.becomes(answer, 'failed');
    expect(failed.failure).toEqual({ code: 'communityStopped', networkCode: null, isRetryable: true });
    expect(calls('messages.send')).toBe(0);

    await changeCommunity(actions, id, { isEnabled: true });
    expect(await test.tryAgain(failed)).not.toBeNull();
    await test.becomes(answer, 'sent');
    expect(test.onPhone()).toEqual(['Выключено']);
  });

  it('keeps its number when an agent tries a refused one again', async () => {
    faults().setFaults({ apiErrors: [{ method: 'messages.send', code: 901, times: 1 }] });
    const answer = await test.queue('Снова');
    test.start();
    await test.tryAgain(await test.becomes(answer, 'failed'));
    const sent = await test.becomes(answer, 'sent');
    expect(sent.randomId).toBe(answer.randomId);
    expect(test.onPhone()).toEqual(['Снова']);
  });

  it('fails when the network is unreachable for too long, and gets the same time after a retry', async () => {
    const answer = await test.queue('Недоступно');
    const unreachable = {
      ...test.channel,
      send: async () => ({ kind: 'later' as const, afterMs: 30, networkCode: null }),
    };
    const sender = test.start({ giveUpMs: 500 }, unreachable);
    const failed = await test.becomes(answer, 'failed');
    expect(failed.failure).toEqual({ code: 'networkUnreachable', networkCode: null, isRetryable: true });
    expect(Date.now() - answer.createdAt.getTime()).toBeGreaterThan(500);
    // Read before the retry is stored: the sender counts from the stored moment, so the wait can only be longer.
    const retriedAtMs = Date.now();
    await test.tryAgain(failed);
    await test.becomes(answer, 'queued');
    await test.becomes(answer, 'failed');
    expect(Date.now() - retriedAtMs).toBeGreaterThan(500);
    await sender.stop();
  });

  it('that may have been sent is looked up when an agent tries again, whatever its failure was', async () => {
    const answer = await test.queue('Может быть');
    faults().setFaults({ cuts: [{ method: 'messages.send', when: 'after', times: 1 }] });
    const blind = { ...test.channel, findSent: async () => ({ kind: 'unknown' as const }) };
    const sender = test.start({ giveUpMs: 100, giveUpAttempts: 1 }, blind);
    const failed = await test.becomes(answer, 'failed');
    expect(failed.failure).toMatchObject({ code: 'networkUnreachable', isRetryable: true });
    await sender.stop();
    test.start();
    await test.tryAgain(failed);
    const sent = await test.becomes(answer, 'sent');
    expect(sent.statusHistory.at(-1)).toMatchObject({ status: 'sent', source: 'lookup' });
    expect(test.onPhone()).toEqual(['Может быть']);
    expect(calls('messages.send')).toBe(1);
  });

  it('is not sent when one of its files is gone', async () => {
    const upload = {
      _id: test.community._id,
      fileName: 'счёт.pdf',
      contentType: 'application/pdf',
      sizeBytes: 1,
      kind: 'document' as const,
      personId: test.community._id,
    };
    const answer = await test.queue('С файлом', { uploads: [upload] });
    test.start();
    const failed = await test.becomes(answer, 'failed');
    expect(failed.failure).toMatchObject({ code: 'attachmentRefused', isRetryable: false });
    expect(test.onPhone()).toEqual([]);
  });
});

describe('answers of one conversation', () => {
  it('keep their order while the first is retried, and do not delay other conversations', async () => {
    faults().setFaults({ apiErrors: [{ method: 'messages.send', code: 10, times: 1 }] });
    const texts = ['1', '2', '3', '4', '5'];
    const answers: Message[] = [];
    for (const text of texts) answers.push(await test.queue(text));
    test.start();
    await until(
      'the first to be put off',
      async () => (await test.read(answers[0]!)).statusHistory.length > 2,
    );
    const other = await test.queue('Другому', { userId: boris });
    await test.becomes(other, 'sent');
    expect(test.onPhone(anna)).toEqual([]);
    for (const answer of answers) await test.becomes(answer, 'sent');
    expect(test.onPhone(anna)).toEqual(texts);
    expect(calls('messages.send')).toBe(texts.length + 2);
  });

  it('are sent after one that was refused', async () => {
    faults().setFaults({ apiErrors: [{ method: 'messages.send', code: 901, times: 1 }] });
    const first = await test.queue('1');
    const second = await test.queue('2');
    test.start();
    await test.becomes(first, 'failed');
    await test.becomes(second, 'sent', 2_000);
    expect(test.onPhone()).toEqual(['2']);
  });

  it('follow one another without waiting for the next poll', async () => {
    const answers: Message[] = [];
    for (let n = 1; n <= 10; n += 1) answers.push(await test.queue(String(n)));
    const startedAtMs = Date.now();
    // One look finds all of them due; the next poll is too far away to help.
    test.start({ pollMs: 60_000 });
    for (const answer of answers) await test.becomes(answer, 'sent');
    expect(test.onPhone()).toEqual(answers.map(({ text }) => text));
    expect(Date.now() - startedAtMs).toBeLessThan(12_000);
  });
});

describe('a sender', () => {
  it('keeps its claim as long as the send takes', async () => {
    const answer = await test.queue('Долгая загрузка');
    let sends = 0;
    let finish = (): void => undefined;
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const slow: typeof test.channel = {
      ...test.channel,
      async send(community, message) {
        sends += 1;
        await finished;
        return test.channel.send(community, message);
      },
    };
    test.start({ leaseMs: 300 }, slow);
    await until('the sending to begin', () => sends === 1);
    test.start({ leaseMs: 300 }, slow);
    const claimedUntil = (await test.read(answer)).outbox?.dueAt.getTime() ?? 0;
    await until('three leases to have passed', async () => {
      return ((await test.read(answer)).outbox?.dueAt.getTime() ?? 0) > claimedUntil + 900;
    });
    expect(sends).toBe(1);
    finish();
    await test.becomes(answer, 'sent');
    expect(test.onPhone()).toEqual(['Долгая загрузка']);
  });

  it('sends for other communities while one hangs', async () => {
    const hanging: string[] = [];
    let finish = (): void => undefined;
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const stuck: typeof test.channel = {
      ...test.channel,
      async send(_community, message) {
        if (message.text.startsWith('застрял')) {
          hanging.push(message.text);
          await finished;
        }
        return { kind: 'sent', externalId: `x${message.randomId}`, position: null };
      },
    };
    const answers: Message[] = [];
    for (let n = 0; n < 40; n += 1) answers.push(await test.queue(`застрял ${n}`, { userId: 10_000 + n }));
    const other = await test.queue('другое сообщество', { userId: boris });
    const otherId = new Types.ObjectId();
    await test.leave(other, { $set: { communityId: otherId } });
    const known = { id: otherId.toHexString(), network: 'vk' as const, externalId: '78' };
    const sender = test.start({}, stuck, known);
    await test.becomes(other, 'sent');
    expect(hanging.length).toBeLessThan(40);
    finish();
    await sender.stop();
  });

  it('releases on stopping the answers that it claimed and did not begin to send', async () => {
    const answers: Message[] = [];
    for (let n = 0; n < 40; n += 1) answers.push(await test.queue(String(n), { userId: 20_000 + n }));
    const instant: typeof test.channel = {
      ...test.channel,
      send: async (_community, { randomId }) => ({
        kind: 'sent',
        externalId: `x${randomId}`,
        position: null,
      }),
    };
    const sender = test.start({ leaseMs: 60_000 }, instant);
    await until('some to be sent', async () => (await test.read(answers[0]!)).status === 'sent');
    await sender.stop();
    const left = (await Promise.all(answers.map(test.read))).filter(({ outbox }) => outbox);
    expect(left.every(({ outbox, status }) => outbox?.owner === null && status === 'queued')).toBe(true);
  });
});
