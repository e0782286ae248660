/** An event that the store refuses: it is kept aside, and everything else goes on in order. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Community } from '../../../../server/communities/community.model.ts';
import { communityModel } from '../../../../server/communities/community.model.ts';
import { openSecret } from '../../../../server/communities/secrets.ts';
import { deadLetterModel } from '../../../../server/deadLetters/deadLetter.model.ts';
import { until } from '../../../support/until.ts';
import { companyId, sessionTimes, startVkDesk, type VkDesk, type VkProcess } from './vkDesk.ts';
import { anna, boris, groupId, sealing } from './vkFixture.ts';

let desk: VkDesk;
beforeEach(async () => {
  desk = await startVkDesk();
});
afterEach(() => desk[Symbol.asyncDispose]());

const POISON = 'яд';
const ONLY_POISON = {
  unique: true,
  partialFilterExpression: { text: POISON },
  name: 'refusesPoison',
} as const;
const stored = () => desk.store.connection.collection('messages');

/** From now on the store refuses this text by a key that the desk does not know. */
async function refusePoison(): Promise<void> {
  await stored().createIndex({ text: 1 }, ONLY_POISON);
  await stored().insertOne({ text: POISON, communityId: null } as never);
}
const allowPoison = () => stored().dropIndex(ONLY_POISON.name);

const writes = (...texts: string[]) => {
  for (const text of texts) desk.sandbox.control.clientSends({ groupId, userId: anna, text });
};
const hasTexts = (peerId: number, texts: string[]) =>
  until(`${peerId} to have ${texts.length} messages`, async () => {
    const found = await desk.texts(peerId);
    return found.length >= texts.length ? found : null;
  }).then((found) => expect(found).toEqual(texts));
const letters = (count: number) =>
  until(`${count} letters`, async () => {
    const found = await desk.letters();
    return found.length >= count ? found : null;
  });

const nested = (levels: number) => {
  let value: unknown = 'bottom';
  for (let level = 0; level < levels; level += 1) value = [value];
  return value;
};
const press = (cmid: number, payload: unknown) => ({
  message: {
    id: cmid,
    date: 1_700_000_000,
    from_id: anna,
    peer_id: anna,
    out: 0,
    text: 'Да',
    conversation_message_id: cmid,
    payload,
  },
});

async function connected(options: Parameters<VkDesk['process']>[0] = {}): Promise<VkProcess> {
  const one = await desk.process(options);
  await desk.connect(one);
  await desk.isIn('live');
  return one;
}

describe('a button’s payload', () => {
  it.each([
    ['as JSON', (levels: number) => nested(levels), 200],
    ['as text', (levels: number) => JSON.stringify(nested(levels)), 200],
    ['as JSON', (levels: number) => nested(levels), 2_000],
  ])('sent %s is stored as text, however deeply it nests', async (_how, payload, levels) => {
    await connected();
    writes('1');
    await hasTexts(anna, ['1']);
    desk.sandbox.control.emitRaw({ groupId, type: 'message_new', object: press(2, payload(levels)) });
    desk.sandbox.control.clientSends({ groupId, userId: boris, text: 'после' });
    await hasTexts(anna, ['1', 'Да']);
    await hasTexts(boris, ['после']);
    expect(typeof (await desk.messages(anna)).at(-1)?.payload).toBe('string');
    expect(await desk.letters()).toEqual([]);
  });
});

it('stores a message whose date is no date that a calendar has', async () => {
  await connected();
  const object = press(1, undefined);
  object.message.date = Number.MAX_SAFE_INTEGER;
  desk.sandbox.control.emitRaw({ groupId, type: 'message_new', object });
  await hasTexts(anna, ['Да']);
  const aheadMs = (await desk.messages(anna))[0]!.sentAt.getTime() - Date.now();
  expect(Math.abs(aheadMs)).toBeLessThan(2 * 86_400_000);
});

describe('an outage of VK in which the list of dialogues works and histories fail', () => {
  const HISTORY = 'messages.getByConversationMessageId';

  /** Some 60 calls wait for their places in the token's budget. */
  const arrive = (peerId: number, texts: string[]) =>
    until(`${texts} of ${peerId}`, async () => (await desk.texts(peerId)).join() === texts.join(), {
      timeoutMs: 60_000,
    });

  it('becomes no letter, and is caught up when it is over', async () => {
    writes('1', '2');
    desk.sandbox.control.clientSends({ groupId, userId: boris, text: 'рядом' });
    // Each of the two dialogues has as many attempts as a dialogue with a fault of its own.
    desk.sandbox.control.setFaults({ apiErrors: [{ method: HISTORY, code: 10, times: 62 }] });
    await desk.connect(await desk.process());
    await arrive(anna, ['1', '2']);
    await arrive(boris, ['рядом']);
    expect(await desk.letters()).toEqual([]);
  });

  it('keeps an event of the long poll waiting that needs the history', async () => {
    await connected();
    writes('1');
    desk.sandbox.control.clientSends({ groupId, userId: boris, text: 'рядом' });
    await hasTexts(anna, ['1']);
    await hasTexts(boris, ['рядом']);
    // More than the attempts that an event of its own has.
    const outage = { method: HISTORY, code: 10, times: 31 };
    desk.sandbox.control.setFaults({ apiErrors: [outage], loseEvents: 1 });
    writes('2', '3');
    await arrive(anna, ['1', '2', '3']);
    expect(await desk.letters()).toEqual([]);
  });

  it('keeps one dialogue aside when only its own history fails', async () => {
    writes('1');
    desk.sandbox.control.clientSends({ groupId, userId: boris, text: 'рядом' });
    desk.sandbox.control.setFaults({ apiErrors: [{ method: HISTORY, code: 10, peerId: anna }] });
    await desk.connect(await desk.process());
    await desk.isIn('live');
    await hasTexts(boris, ['рядом']);
    expect(await letters(1)).toMatchObject([
      { peerId: String(anna), reason: { cause: 'network', code: 10 } },
    ]);
  });

  it('keeps the only dialogue of a community aside, because there is none to compare with', async () => {
    writes('1');
    desk.sandbox.control.setFaults({ apiErrors: [{ method: HISTORY, code: 10 }] });
    await desk.connect(await desk.process());
    await desk.isIn('live');
    expect(await letters(1)).toMatchObject([{ peerId: String(anna) }]);
  });
});

describe('an event that the store refuses', () => {
  beforeEach(refusePoison);

  it('by long poll is kept aside with its text, and the rest goes on in order', async () => {
    await connected();
    writes('1', POISON, '3');
    desk.sandbox.control.clientSends({ groupId, userId: boris, text: 'рядом' });
    await hasTexts(anna, ['1', '3']);
    await hasTexts(boris, ['рядом']);
    expect(await letters(1)).toMatchObject([
      {
        network: 'vk',
        peerId: String(anna),
        eventType: 'message_new',
        reason: { cause: 'store', name: 'MongoServerError', code: 11000 },
        isWhole: true,
      },
    ]);
    expect((await desk.letters())[0]?.raw).toContain(POISON);
    // The thread says that one message is missing.
    expect((await desk.messages(anna)).map(({ system }) => system?.event)).toContain('gapFound');
    const { ts } = (await until('the checkpoint', async () => (await desk.community()).checkpoint))!;
    await until(
      'the checkpoint to pass',
      async () => Number((await desk.community()).checkpoint?.ts) >= Number(ts),
    );
  });

  it('is not passed by the checkpoint before it is kept aside', async () => {
    const one = await connected();
    writes(POISON, '2');
    await hasTexts(anna, ['2']);
    await letters(1);
    await one.stop();
    // A restart finds nothing that it would have to try again.
    await desk.process();
    await desk.isIn('live');
    writes('3');
    await hasTexts(anna, ['2', '3']);
    expect(await desk.letters()).toHaveLength(1);
  });

  it('by webhook is answered ok after it is kept aside, however often VK repeats it', async () => {
    const one = await desk.process({ isListening: false });
    await desk.connect(one, { longPoll: false, webhook: true });
    const community: Community = await desk.community();
    const secret = openSecret(sealing, community, 'webhookSecret', community.webhookSecretSealed ?? '');
    const object = press(1, undefined);
    object.message.text = POISON;
    for (let time = 0; time < 2; time += 1) {
      const answer = await fetch(`${one.url}/webhooks/vk/${community._id.toHexString()}`, {
        method: 'POST',
        body: JSON.stringify({
          type: 'message_new',
          group_id: groupId,
          event_id: `e${time}`,
          secret,
          object,
        }),
      });
      expect([answer.status, await answer.text()]).toEqual([200, 'ok']);
    }
    const [letter, ...others] = await desk.letters();
    expect(others).toEqual([]);
    expect(letter?.raw).not.toContain(secret);
  });

  it('in the history does not stop catching up', async () => {
    writes('1', POISON, '3');
    desk.sandbox.control.clientSends({ groupId, userId: boris, text: 'рядом' });
    await connected();
    await hasTexts(anna, ['1', '3']);
    await hasTexts(boris, ['рядом']);
    expect(await letters(1)).toHaveLength(1);
  });

  it('found by a sweep is kept aside, and the sweep finds the others', async () => {
    const session = { ...sessionTimes, sweepEveryMs: 100, sweepQuietMs: 0 };
    await connected({ session });
    desk.sandbox.control.setFaults({ loseEvents: 3 });
    writes(POISON);
    desk.sandbox.control.clientSends({ groupId, userId: boris, text: 'потеряно' });
    await hasTexts(boris, ['потеряно']);
    expect(await letters(1)).toMatchObject([{ peerId: String(anna), form: 'message' }]);
  });

  it('is stored when an administrator tries again after the cause is gone', async () => {
    const one = await connected();
    writes('1', POISON, '3');
    await hasTexts(anna, ['1', '3']);
    const [letter] = await letters(1);
    const community = await desk.community();
    await expect(one.vk.ingestLetter(community, letter!, letter!.raw)).rejects.toMatchObject({ code: 11000 });
    await allowPoison();
    await one.vk.ingestLetter(community, letter!, letter!.raw);
    await hasTexts(anna, ['1', '3', POISON]);
  });
});

it('keeps a message aside that has another form than the desk knows', async () => {
  await connected();
  desk.sandbox.control.emitRaw({ groupId, type: 'message_new', object: { message: { text: 7 } } });
  expect(await letters(1)).toMatchObject([{ peerId: null, reason: { cause: 'unreadable' } }]);
});

describe('too many events that the store refuses', () => {
  beforeEach(refusePoison);

  it('of one client push out the oldest of this client', async () => {
    await connected({ letterLimits: { perClient: 2, perCommunity: 100 } });
    writes(POISON, POISON, POISON, 'последнее');
    await hasTexts(anna, ['последнее']);
    await until('the third letter', async () =>
      (await desk.letters()).some(({ raw }) => raw.includes('"conversation_message_id":3')),
    );
    expect(await desk.letters()).toHaveLength(2);
  });

  it('of a community stop it, say so, and lose nothing', async () => {
    const one = await connected({
      letterLimits: { perClient: 10, perCommunity: 1 },
      watchTimes: { stalledAfterMs: 1_000, lookEveryMs: 50 },
    });
    const { _id: communityId } = await desk.community();
    const deadLetters = deadLetterModel(desk.store.connection);
    const now = new Date();
    await deadLetters.create({
      _id: 'an earlier event',
      companyId,
      communityId,
      network: 'vk',
      peerId: String(boris),
      form: 'update',
      eventType: 'message_new',
      rawSealed: sealing.seal('{}', 'dead letter an earlier event'),
      isWhole: true,
      reason: { cause: 'store', name: 'MongoServerError', code: 1 },
      failures: 5,
      at: now,
      lastAt: now,
    });
    writes(POISON, 'после');
    const stalled = await until('the standstill', async () => {
      const community = await desk.community();
      return community.stalledSince ? community : null;
    });
    expect(stalled.connection.state).toBe('live');
    expect(await desk.texts(anna)).toEqual([]);
    const metric = async () =>
      (await one.metrics.registry.metrics()).match(/desk_communities_stalled\{.*\} (\d)/)?.[1];
    expect(await metric()).toBe('1');
    const shown = one.published.some(
      (change) => change.type === 'community.changed' && change.community.connection.stalledSince,
    );
    expect(shown).toBe(true);
    // An administrator drops the earlier event: there is room again.
    await deadLetters.deleteMany({});
    await hasTexts(anna, ['после']);
    expect(await letters(1)).toMatchObject([{ peerId: String(anna) }]);
    // A waiting poll is no progress for this short a time: only an event is.
    await until('the community to move', async () => {
      writes('ещё');
      return (await desk.community()).stalledSince === null && (await metric()) === '0';
    });
  });
});

describe('a community that stands still', () => {
  it('says so while VK answers, but never with events', async () => {
    await connected({ watchTimes: { stalledAfterMs: 400, lookEveryMs: 50 } });
    desk.sandbox.control.setFaults({ longPollFailed: [{ failed: 2, times: 1_000 }] });
    await until('the standstill', async () => (await desk.community()).stalledSince);
    desk.sandbox.control.clearFaults();
    writes('снова');
    await until('the community to move', async () => (await desk.community()).stalledSince === null);
    await hasTexts(anna, ['снова']);
  });

  it('does not look so after a process that stood still has died', async () => {
    const session = { ...sessionTimes, sweepEveryMs: 100, sweepQuietMs: 0 };
    await connected({ session });
    await communityModel(desk.store.connection).updateMany({}, { $set: { stalledSince: new Date(0) } });
    await until('the sweep to clear it', async () => (await desk.community()).stalledSince === null);
  });
});
