import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { communityModel } from '../../../../server/communities/community.model.ts';
import { changeCommunity } from '../../../../server/communities/connectCommunity.ts';
import { sealSecret } from '../../../../server/communities/secrets.ts';
import { nextTryAt } from '../../../../server/communities/stopRetries.ts';
import { createSealing } from '../../../../server/storage/sealing.ts';
import { until } from '../../../support/until.ts';
import { sessionTimes, startVkDesk, type VkDesk } from './vkDesk.ts';
import { anna, boris, groupId, token } from './vkFixture.ts';

let desk: VkDesk;
beforeEach(async () => {
  desk = await startVkDesk();
});
afterEach(() => desk[Symbol.asyncDispose]());

const writes = (...texts: string[]) => {
  for (const text of texts) desk.sandbox.control.clientSends({ groupId, userId: anna, text });
};
const hasTexts = (peerId: number, texts: string[]) =>
  until(
    `${peerId} to have ${texts.length} messages`,
    async () => (await desk.texts(peerId)).length >= texts.length,
  )
    .then(() => desk.texts(peerId))
    .then((found) => expect(found).toEqual(texts));

describe('listening', () => {
  it('stores what a client writes and sends the answer back', async () => {
    const one = await desk.process();
    const community = await desk.connect(one);
    await desk.isIn('live');
    writes('Когда приедет заказ?');
    await hasTexts(anna, ['Когда приедет заказ?']);
    const ref = { id: community._id.toHexString(), network: 'vk' as const, externalId: String(groupId) };
    const outcome = await one.vk.channel.send(ref, {
      peerId: String(anna),
      randomId: 77,
      text: 'Завтра',
      files: [],
      replyToExternalId: '1',
    });
    expect(outcome).toEqual({ kind: 'sent', externalId: '2', position: 2 });
    const phone = desk.sandbox.control.snapshot({ groupId, userId: anna });
    expect(phone.messages.map(({ text }) => text)).toEqual(['Когда приедет заказ?', 'Завтра']);
  });

  it('reads messages that were unread when the community was connected', async () => {
    writes('1', '2', '3');
    const one = await desk.process();
    await desk.connect(one);
    await hasTexts(anna, ['1', '2', '3']);
  });

  it('resumes from the stored ts', async () => {
    const one = await desk.process();
    await desk.connect(one);
    await desk.isIn('live');
    writes('1');
    await hasTexts(anna, ['1']);
    await one.stop();
    writes('2', '3');
    await desk.process();
    await hasTexts(anna, ['1', '2', '3']);
    expect((await desk.messages(anna)).every(({ isBackfilled }) => !isBackfilled)).toBe(true);
  });

  it('reads the history after a downtime longer than VK keeps events', async () => {
    const one = await desk.process();
    await desk.connect(one);
    await desk.isIn('live');
    writes('1');
    await hasTexts(anna, ['1']);
    await one.stop();
    writes('2', '3');
    desk.sandbox.control.clientSends({ groupId, userId: boris, text: 'new here' });
    desk.sandbox.control.dropEventQueue({ groupId });
    await desk.process();
    await hasTexts(anna, ['1', '2', '3']);
    await hasTexts(boris, ['new here']);
  });

  it('stores read marks that the client left while no process listened', async () => {
    const one = await desk.process();
    const community = await desk.connect(one);
    await desk.isIn('live');
    writes('1');
    await hasTexts(anna, ['1']);
    desk.sandbox.control.adminWrites({ groupId, userId: anna, text: 'ответ', adminId: 9 });
    await hasTexts(anna, ['1', 'ответ']);
    await one.stop();
    desk.sandbox.control.clientReads({ groupId, userId: anna });
    desk.sandbox.control.dropEventQueue({ groupId });
    await desk.process();
    await until('the answer to be read', async () => (await desk.messages(anna)).at(-1)?.status === 'read');
    expect(community.externalId).toBe(String(groupId));
  });

  it('finds an event that VK lost even when no other event follows', async () => {
    const one = await desk.process({ session: { ...sessionTimes, sweepEveryMs: 100, sweepQuietMs: 0 } });
    await desk.connect(one);
    await desk.isIn('live');
    desk.sandbox.control.setFaults({ loseEvents: 2 });
    writes('lost');
    await hasTexts(anna, ['lost']);
  });

  it('ignores and counts messages of a group chat', async () => {
    const one = await desk.process();
    await desk.connect(one);
    await desk.isIn('live');
    const { type, object } = JSON.parse(await readFile('test/samples/vk/chat-of-many-people.json', 'utf8'));
    desk.sandbox.control.emitRaw({ groupId, type, object });
    const counted = 'desk_network_events_total{network="vk",transport="longPoll",outcome="notOnePerson"} 1';
    await until('the count', async () => (await one.metrics.registry.metrics()).includes(counted));
    writes('to the shop alone');
    await hasTexts(anna, ['to the shop alone']);
    expect(await desk.texts(object.message.peer_id)).toEqual([]);
  });

  it('publishes the state of the connection to screens', async () => {
    const one = await desk.process();
    await desk.connect(one);
    await desk.isIn('live');
    desk.sandbox.control.setFaults({ networkOff: true });
    await desk.isIn('offline');
    desk.sandbox.control.clearFaults();
    await desk.isIn('live');
    const states = one.published.flatMap((change) =>
      change.type === 'community.changed' ? [change.community.connection.state] : [],
    );
    expect(states).toEqual(['connecting', 'catchingUp', 'live', 'offline', 'live']);
  });
});

describe('several processes', () => {
  it('let one of them listen, and another takes over after it crashed', async () => {
    const one = await desk.process();
    await desk.connect(one);
    await desk.isIn('live');
    await desk.process();
    writes('1');
    await hasTexts(anna, ['1']);
    await until('the checkpoint', async () => Number((await desk.community()).checkpoint?.ts) >= 3);
    expect((await desk.community()).lease?.owner).toBe('process-1');
    await one.die();
    const diedAt = Date.now();
    writes('2');
    await hasTexts(anna, ['1', '2']);
    // A lease lasts 600 ms here, and 6 s in production.
    expect(Date.now() - diedAt).toBeLessThan(3_000);
    expect((await desk.community()).lease?.owner).toBe('process-2');
  });

  it('store each message once and in order, however often they crash', async () => {
    await desk.connect(await desk.process({ isListening: false }));
    const texts = Array.from({ length: 120 }, (_, index) => `${index + 1}`);
    let written = 0;
    const writeSome = (count: number) => {
      for (const text of texts.slice(written, written + count)) {
        for (const userId of [anna, boris]) desk.sandbox.control.clientSends({ groupId, userId, text });
      }
      written += count;
    };
    for (let death = 0; death < 5; death += 1) {
      const one = await desk.process();
      writeSome(10);
      // Crash it in the middle of its work, when only some of the messages are stored.
      await until('something new', async () => (await desk.texts(anna)).length > death * 20);
      writeSome(10);
      await one.die();
    }
    await desk.process();
    writeSome(20);
    await hasTexts(anna, texts);
    await hasTexts(boris, texts);
  });

  it('hand over at once when the listening one is stopped', async () => {
    const one = await desk.process();
    await desk.connect(one);
    await desk.isIn('live');
    await one.stop();
    expect((await desk.community()).lease).toBeNull();
    await desk.process();
    writes('1');
    await hasTexts(anna, ['1']);
  });
});

describe('a community that VK refuses', () => {
  it.each([
    [5, 'tokenRejected'],
    [27, 'tokenRejected'],
    [7, 'rightsLost'],
    [15, 'rightsLost'],
  ])(
    'stops with a reason on error %i, and resumes without loss under a new token',
    async (code, stopReason) => {
      const one = await desk.process();
      const { _id } = await desk.connect(one);
      await desk.isIn('live');
      writes('1');
      await hasTexts(anna, ['1']);
      desk.sandbox.control.setFaults({ apiErrors: [{ method: '*', code }] });
      desk.sandbox.control.expireLongPollKeys({ groupId });
      const { connection } = await desk.isIn('stopped');
      expect(connection).toMatchObject({ stopReason, networkCode: code });
      const calls = () =>
        Object.values(desk.sandbox.control.counters({ groupId }).apiCalls).reduce((a, b) => a + b, 0);
      const before = calls();
      writes('2', '3');
      await until('the lease to be released', async () => (await desk.community()).lease === null);
      expect(calls()).toBe(before);
      desk.sandbox.control.clearFaults();
      const outcome = await changeCommunity(one.actions, _id.toHexString(), { token: 'token-of-the-shop' });
      expect(outcome.kind).toBe('done');
      await desk.isIn('live');
      await hasTexts(anna, ['1', '2', '3']);
    },
  );

  it('asks again by itself, later and later, and goes on with its history when VK accepts the token', async () => {
    const one = await desk.process({ stopRetryWaitsMs: [50, 150, 3_600_000] });
    await desk.connect(one);
    await desk.isIn('live');
    writes('1');
    await hasTexts(anna, ['1']);
    // Only this call: VK refuses the token in passing.
    desk.sandbox.control.setFaults({
      apiErrors: [{ method: 'groups.getLongPollServer', code: 5, times: 2 }],
    });
    desk.sandbox.control.expireLongPollKeys({ groupId });
    await desk.isIn('stopped');
    writes('2', '3');
    await desk.isIn('live');
    await hasTexts(anna, ['1', '2', '3']);
    const shown = one.published.flatMap((change) =>
      change.type === 'community.changed' && change.community.connection.state === 'stopped'
        ? [Date.parse(change.community.connection.nextTryAt ?? '') - Date.now()]
        : [],
    );
    expect(shown).toHaveLength(2);
    expect(Math.max(...shown)).toBeLessThan(3_600_000);
    expect((await desk.community()).connection).toMatchObject({ state: 'live', stopReason: null });
  });

  it('is stopped with its own reason when the desk cannot read its token, and goes on when it can', async () => {
    const one = await desk.process();
    await desk.connect(one);
    await desk.isIn('live');
    await one.stop();
    const communities = communityModel(desk.store.connection);
    const { tokenSealed } = await desk.community();
    // Sealed under a key that the desk does not have.
    const other = createSealing(Buffer.alloc(32, 8));
    const unreadable = sealSecret(other, await desk.community(), 'token', token);
    await communities.updateOne({}, { $set: { tokenSealed: unreadable } });
    const two = await desk.process({ stopRetryWaitsMs: [50, 50, 3_600_000] });
    await desk.isIn('stopped');
    const { connection } = await until('the second attempt', async () => {
      const community = await desk.community();
      return community.connection.retries === 2 ? community : null;
    });
    expect(connection).toMatchObject({ stopReason: 'tokenUnreadable', networkCode: null });
    const { _id } = await desk.community();
    const ref = { id: _id.toHexString(), network: 'vk' as const, externalId: String(groupId) };
    const message = { peerId: String(anna), randomId: 1, text: 'x', files: [], replyToExternalId: null };
    expect(await two.vk.channel.send(ref, message)).toMatchObject({ kind: 'communityStopped' });
    await two.stop();

    await communities.updateOne(
      {},
      { $set: { tokenSealed, 'connection.nextTryAt': new Date(Date.now() - 1) } },
    );
    writes('пока нет ключа');
    await desk.process();
    await desk.isIn('live');
    await hasTexts(anna, ['пока нет ключа']);
  });

  it('is asked again after 1, 5, 15 and then every 60 minutes', () => {
    const minutes = [0, 1, 2, 3, 4, 50].map((retries) =>
      Math.round((nextTryAt(retries).getTime() - Date.now()) / 60_000),
    );
    expect(minutes).toEqual([1, 5, 15, 60, 60, 60]);
  });

  it('is stopped when VK refuses an answer because of the token', async () => {
    const one = await desk.process({ isListening: false });
    const community = await desk.connect(one);
    desk.sandbox.control.setFaults({ tokenInvalid: true });
    const ref = { id: community._id.toHexString(), network: 'vk' as const, externalId: String(groupId) };
    const message = { peerId: String(anna), randomId: 1, text: 'x', files: [], replyToExternalId: null };
    expect(await one.vk.channel.send(ref, message)).toEqual({ kind: 'communityStopped', networkCode: 5 });
    expect((await desk.community()).connection).toMatchObject({
      state: 'stopped',
      stopReason: 'tokenRejected',
    });
  });

  it('is not listened to while disabled, and is backfilled when enabled again', async () => {
    const one = await desk.process();
    const { _id } = await desk.connect(one);
    await desk.isIn('live');
    await changeCommunity(one.actions, _id.toHexString(), { isEnabled: false });
    await until('the lease to be released', async () => (await desk.community()).lease === null);
    expect((await desk.community()).connection.state).toBe('disabled');
    writes('while off');
    await changeCommunity(one.actions, _id.toHexString(), { isEnabled: true });
    await hasTexts(anna, ['while off']);
    await desk.isIn('live');
  });
});
