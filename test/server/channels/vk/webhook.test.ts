import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Community } from '../../../../server/communities/community.model.ts';
import { openSecret } from '../../../../server/communities/secrets.ts';
import { limits } from '../../../../shared/limits.ts';
import { otherEnding } from '../../../support/otherEnding.ts';
import { until } from '../../../support/until.ts';
import { recordingIntake } from './recordingIntake.ts';
import { startVkDesk, type VkDesk, type VkProcess } from './vkDesk.ts';
import { anna, boris, groupId, sealing } from './vkFixture.ts';

let desk: VkDesk;
let one: VkProcess;
let community: Community;
const openDesk = async () => {
  desk = await startVkDesk();
};
const closeDesk = () => desk[Symbol.asyncDispose]();

async function connect(longPoll = false, intake?: ReturnType<typeof recordingIntake>): Promise<void> {
  one = await desk.process({ isListening: longPoll, ...(intake ? { intake } : {}) });
  await desk.connect(one, { longPoll, webhook: true });
  community = await desk.community();
}

const secret = () => openSecret(sealing, community, 'webhookSecret', community.webhookSecretSealed ?? '');
const event = (cmid: number, text: string) => ({
  type: 'message_new',
  group_id: groupId,
  event_id: `event-${cmid}`,
  v: '5.199',
  object: {
    message: {
      id: cmid,
      date: 1_700_000_000,
      from_id: anna,
      peer_id: anna,
      out: 0,
      text,
      conversation_message_id: cmid,
    },
  },
});

async function post(body: unknown, { id = community._id.toHexString(), withSecret = true } = {}) {
  const json =
    typeof body === 'string'
      ? body
      : JSON.stringify(withSecret ? { ...(body as object), secret: secret() } : body);
  const response = await fetch(`${one.url}/webhooks/vk/${id}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: json,
  });
  const text = await response.text();
  return {
    status: response.status,
    text,
    type: response.headers.get('content-type') ?? '',
    retryAfter: response.headers.get('retry-after'),
    code: text.startsWith('{') ? (JSON.parse(text) as { error: { code: string } }).error.code : null,
  };
}

describe("VK's webhook", () => {
  beforeEach(openDesk);
  afterEach(closeDesk);

  it('is confirmed by VK when the community is connected, and stores what VK delivers', async () => {
    await connect();
    const [server] = desk.sandbox.control.listCommunities()[0]?.callbackServers ?? [];
    expect(server).toMatchObject({ status: 'ok', serverId: community.webhookServerId });
    desk.sandbox.control.clientSends({ groupId, userId: anna, text: 'по вебхуку' });
    await until('the message', async () => (await desk.texts(anna)).length === 1);
    await until('VK to receive ok', () => desk.sandbox.control.counters({ groupId }).callbackDelivered === 2);
  });

  it('answers ok as plain text only after the message is stored', async () => {
    await connect();
    const answer = await post(event(1, 'привет'));
    expect(answer).toMatchObject({ status: 200, text: 'ok' });
    expect(answer.type).toMatch(/^text\/plain/);
    expect(await desk.texts(anna)).toEqual(['привет']);
  });

  it('keeps one copy when VK repeats the call', async () => {
    await connect();
    for (let time = 0; time < 3; time += 1) expect((await post(event(1, 'раз'))).text).toBe('ok');
    await Promise.all([post(event(2, 'два')), post(event(2, 'два')), post(event(2, 'два'))]);
    expect(await desk.texts(anna)).toEqual(['раз', 'два']);
  });

  it('answers a confirmation with the stored string, and only when the secret is right', async () => {
    await connect();
    const confirmation = { type: 'confirmation', group_id: groupId };
    expect(await post(confirmation)).toMatchObject({ status: 200, text: community.webhookConfirmation });
    expect(await post(confirmation, { withSecret: false })).toMatchObject({
      status: 403,
      code: 'wrongSecret',
    });
  });

  it('asks VK to repeat while the store is unreachable, and then loses nothing', async () => {
    const intake = recordingIntake();
    await connect(false, intake);
    intake.refuse(1);
    const answer = await post(event(1, 'x'));
    expect(answer).toMatchObject({ status: 503, code: 'storeUnavailable', retryAfter: '5' });
    expect((await post(event(1, 'x'))).text).toBe('ok');
    intake.refuse(4);
    desk.sandbox.control.clientSends({ groupId, userId: boris, text: '1' });
    desk.sandbox.control.clientSends({ groupId, userId: boris, text: '2' });
    await until('both messages', () => intake.texts(boris).length === 2);
    expect(intake.texts(boris)).toEqual(['1', '2']);
  });

  it('fills a gap between two calls from the history', async () => {
    await connect();
    desk.sandbox.control.clientSends({ groupId, userId: anna, text: '1' });
    await until('the first', async () => (await desk.texts(anna)).length === 1);
    desk.sandbox.control.setFaults({ loseEvents: 2 });
    for (const text of ['2', '3', '4']) desk.sandbox.control.clientSends({ groupId, userId: anna, text });
    await until('all four', async () => (await desk.texts(anna)).length === 4);
    expect(await desk.texts(anna)).toEqual(['1', '2', '3', '4']);
  });

  it('makes one message of what comes by long poll and webhook together', async () => {
    await connect(true);
    await desk.isIn('live');
    for (let n = 1; n <= 20; n += 1)
      desk.sandbox.control.clientSends({ groupId, userId: anna, text: `${n}` });
    await until('VK to be done', () => desk.sandbox.control.counters({ groupId }).callbackDelivered >= 21);
    await until('all twenty', async () => (await desk.texts(anna)).length >= 20);
    expect(await desk.texts(anna)).toEqual(Array.from({ length: 20 }, (_, index) => `${index + 1}`));
  });

  it('keeps the order when half comes by long poll and half by webhook', async () => {
    await connect(true);
    await desk.isIn('live');
    desk.sandbox.control.setFaults({ splitTransports: true, repeatEvents: 3 });
    for (let n = 1; n <= 20; n += 1) {
      desk.sandbox.control.clientSends({ groupId, userId: anna, text: `${n}` });
      desk.sandbox.control.clientSends({ groupId, userId: boris, text: `${n}` });
    }
    const all = Array.from({ length: 20 }, (_, index) => `${index + 1}`);
    for (const peer of [anna, boris]) {
      await until(`all of ${peer}`, async () => (await desk.texts(peer)).length >= 20);
      expect((await desk.texts(peer)).toSorted((a, b) => Number(a) - Number(b))).toEqual(all);
      const positions = (await desk.messages(peer)).map(({ position }) => position);
      expect(positions).toEqual(positions.toSorted((a, b) => Number(a) - Number(b)));
    }
  });

  it('acknowledges and ignores events while the community is disabled', async () => {
    await connect();
    await one.actions.communities.updateOne({ _id: community._id }, { $set: { isEnabled: false } });
    expect((await post(event(1, 'x'))).text).toBe('ok');
    expect(await desk.texts(anna)).toEqual([]);
  });
});

describe("VK's webhook, given a bad request,", () => {
  // These tests store nothing, so they share one desk.
  beforeAll(async () => {
    await openDesk();
    await connect();
  });
  afterAll(closeDesk);

  it.each([
    ['a missing secret', {}],
    ['a wrong secret', { secret: 'guessed' }],
    ['a secret that is not text', { secret: ['a'] }],
    ['an empty secret', { secret: '' }],
  ])('refuses %s', async (_what, extra) => {
    const answer = await post({ ...event(1, 'x'), ...extra }, { withSecret: false });
    expect(answer).toMatchObject({ status: 403, code: 'wrongSecret' });
    expect(await desk.texts(anna)).toEqual([]);
  });

  it('refuses a secret that differs in its last letter only', async () => {
    const answer = await post({ ...event(1, 'x'), secret: otherEnding(secret()) }, { withSecret: false });
    expect(answer).toMatchObject({ status: 403, code: 'wrongSecret' });
    expect(await desk.texts(anna)).toEqual([]);
  });

  it('refuses an event of another community', async () => {
    const answer = await post({ ...event(1, 'x'), group_id: groupId + 1 });
    expect(answer).toMatchObject({ status: 403, code: 'wrongCommunity' });
  });

  it.each([
    ['not JSON', 'type=message_new', 400, 'payloadNotJson'],
    ['half of JSON', '{"type":"mess', 400, 'payloadNotJson'],
    ['an empty body', '', 400, 'payloadNotJson'],
    ['a list', '[]', 400, 'badRequest'],
    ['null', 'null', 400, 'badRequest'],
  ])('refuses %s', async (_what, body, status, code) => {
    expect(await post(body)).toMatchObject({ status, code });
  });

  it('refuses a body over the limit', async () => {
    const answer = await post(`"${'x'.repeat(limits.webhookBodyBytes)}"`);
    expect(answer).toMatchObject({ status: 413, code: 'bodyTooLarge' });
  });

  it.each(['0123456789abcdef01234567', 'nonsense', '..%2f..'])(
    'answers 404 for the unknown community %s',
    async (id) => {
      expect(await post(event(1, 'x'), { id })).toMatchObject({ status: 404, code: 'communityNotFound' });
    },
  );

  it('acknowledges unknown types and unreadable events, so that VK sends the next ones', async () => {
    expect((await post({ ...event(1, 'x'), type: 'invented_next_year' })).text).toBe('ok');
    expect((await post({ ...event(1, 'x'), object: { message: { text: 7 } } })).text).toBe('ok');
    expect((await post({ ...event(1, 'x'), object: null })).text).toBe('ok');
    expect(await desk.texts(anna)).toEqual([]);
  });
});
