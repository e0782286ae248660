import { describe, expect, it } from 'vitest';
import { APIError } from 'vk-io';
import { anna, groupId, openPoll, startFixture, token } from './sandboxFixture.ts';

async function outcome(call: Promise<unknown>): Promise<unknown> {
  return call.catch((error: unknown) => (error instanceof APIError ? error.code : 'no answer'));
}

function say(fixture: Awaited<ReturnType<typeof startFixture>>, text: string): void {
  fixture.sandbox.control.clientSends({ groupId, userId: anna, text });
}

describe('long poll', () => {
  it('answers failed 1, 2 and 3 the requested number of times, also to a poll that is already waiting', async () => {
    await using fixture = await startFixture();
    const { sandbox, vk } = fixture;
    const { poll, ts } = await openPoll(vk);
    const waiting = poll(ts, 20);
    await sandbox.control.waitUntil(() => true);
    sandbox.control.setFaults({ longPollFailed: [{ failed: 1, times: 2 }] });
    expect(await waiting).toEqual({ failed: 1, ts });
    expect(await poll()).toEqual({ failed: 1, ts });
    sandbox.control.setFaults({ longPollFailed: [{ failed: 2, times: 1 }] });
    expect(await poll()).toEqual({ failed: 2 });
    expect(await poll()).toEqual({ failed: 2 });
    const fresh = await openPoll(vk);
    sandbox.control.setFaults({ longPollFailed: [{ failed: 3, times: 1 }] });
    expect(await fresh.poll()).toEqual({ failed: 3 });
    const again = await openPoll(vk);
    expect(await again.poll(undefined, 0)).toEqual({ ts, updates: [] });
  });

  it('forgets the queue: the next poll is answered failed 1 and the history still has everything', async () => {
    await using fixture = await startFixture();
    const { sandbox, vk } = fixture;
    const { poll } = await openPoll(vk);
    say(fixture, 'забытое');
    sandbox.control.dropEventQueue({ groupId });
    const answer = await poll();
    expect(answer.failed).toBe(1);
    say(fixture, 'новое');
    expect((await poll()).updates?.map(({ object }) => object.message.text)).toEqual(['новое']);
    expect((await vk.api.messages.getHistory({ peer_id: anna })).count).toBe(2);
  });

  it('expires its keys: a waiting poll is answered failed 2', async () => {
    await using fixture = await startFixture();
    const { poll, ts } = await openPoll(fixture.vk);
    const waiting = poll(ts, 20);
    fixture.sandbox.control.expireLongPollKeys({ groupId });
    expect(await waiting).toEqual({ failed: 2 });
  });

  it('loses its answer after the events were read, and returns them again', async () => {
    await using fixture = await startFixture();
    const { poll, ts } = await openPoll(fixture.vk);
    say(fixture, 'привет');
    fixture.sandbox.control.setFaults({ cuts: [{ method: 'longPoll', when: 'after', times: 1 }] });
    expect(await outcome(poll(ts))).toBe('no answer');
    expect((await poll(ts)).updates?.at(-1)?.object.message.text).toBe('привет');
  });
});

describe('events', () => {
  it('come several times under one event_id', async () => {
    await using fixture = await startFixture();
    fixture.sandbox.control.clientAllows({ groupId, userId: anna });
    const { poll } = await openPoll(fixture.vk);
    fixture.sandbox.control.setFaults({ repeatEvents: 3 });
    say(fixture, 'трижды');
    const ids = (await poll()).updates?.map(({ event_id }) => event_id) ?? [];
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(1);
  });

  it('come in another order, which a seed fixes, and none is lost', async () => {
    const orders: string[][] = [];
    for (const seed of [7, 7]) {
      await using fixture = await startFixture();
      fixture.sandbox.control.clientAllows({ groupId, userId: anna });
      const { poll } = await openPoll(fixture.vk);
      fixture.sandbox.control.setFaults({ shuffleEvents: { seed, windowSize: 8 } });
      for (let n = 1; n <= 8; n += 1) say(fixture, String(n));
      orders.push((await poll()).updates?.map(({ object }) => object.message.text as string) ?? []);
    }
    expect(orders[0]).toEqual(orders[1]);
    expect(orders[0]?.toSorted()).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
    expect(orders[0]).not.toEqual(orders[0]?.toSorted());
  });

  it('are released even when fewer than a window of them came', async () => {
    await using fixture = await startFixture();
    fixture.sandbox.control.clientAllows({ groupId, userId: anna });
    const { poll } = await openPoll(fixture.vk);
    fixture.sandbox.control.setSettings({ shuffleHoldMs: 20 });
    fixture.sandbox.control.setFaults({ shuffleEvents: { seed: 1, windowSize: 50 } });
    say(fixture, 'один');
    expect((await poll()).updates).toHaveLength(1);
  });

  it('are lost silently, by number or by type', async () => {
    await using fixture = await startFixture();
    const { sandbox, vk } = fixture;
    sandbox.control.clientAllows({ groupId, userId: anna });
    const { poll } = await openPoll(vk);
    sandbox.control.setFaults({ loseEvents: 2, suppressEvents: ['message_read'] });
    for (const text of ['1', '2', '3']) say(fixture, text);
    sandbox.control.adminWrites({ groupId, userId: anna, text: 'ответ', adminId: 100 });
    sandbox.control.clientReads({ groupId, userId: anna });
    const updates = (await poll()).updates ?? [];
    expect(updates.map(({ type }) => type)).toEqual(['message_new', 'message_reply']);
    expect(updates[1]?.object).toMatchObject({ admin_author_id: 100, out: 1 });
    const { items } = await vk.api.messages.getConversationsById({ peer_ids: [anna] });
    expect(items[0]?.out_read).toBe(4);
  });

  it('come shortened and marked as such, or without random_id', async () => {
    await using fixture = await startFixture();
    const { sandbox, vk } = fixture;
    sandbox.control.clientAllows({ groupId, userId: anna });
    const { poll } = await openPoll(vk);
    sandbox.control.setFaults({ cropMessages: true, omitRandomId: true });
    const text = 'длинно '.repeat(100);
    sandbox.control.clientSends({
      groupId,
      userId: anna,
      text,
      attachments: [{ type: 'photo', photo: {} }],
      replyToCmid: undefined,
    });
    await vk.api.messages.send({ peer_id: anna, random_id: 4, message: 'ответ' });
    const [incoming, outgoing] = (await poll()).updates ?? [];
    expect(incoming?.object.message).toMatchObject({ is_cropped: true, attachments: [] });
    expect(incoming?.object.message.text).toHaveLength(100);
    expect(outgoing?.object).not.toHaveProperty('random_id');
    const { items } = await vk.api.messages.getByConversationMessageId({
      peer_id: anna,
      conversation_message_ids: [1, 2],
    });
    expect(items).toMatchObject([{ text }, { random_id: 4 }]);
  });

  it('of an unknown type are passed on', async () => {
    await using fixture = await startFixture();
    const { poll } = await openPoll(fixture.vk);
    const { eventId } = fixture.sandbox.control.emitRaw({
      groupId,
      type: 'holiday_new',
      object: { any: ['thing'] },
    });
    expect((await poll()).updates).toMatchObject([
      { type: 'holiday_new', event_id: eventId, object: { any: ['thing'] } },
    ]);
  });
});

describe('calls', () => {
  it.each([1, 5, 6, 7, 9, 10, 15, 18, 27, 29, 900, 901, 902])(
    'fail with %i the requested number of times',
    async (code) => {
      await using fixture = await startFixture();
      // vk-io itself waits a second and repeats after error 6, so this test calls the API without vk-io.
      const call = async () => {
        const response = await fetch(
          `${fixture.sandbox.apiBaseUrl}/groups.getById?v=5.199&access_token=${token}`,
        );
        return ((await response.json()) as { error?: { error_code: number } }).error?.error_code;
      };
      fixture.sandbox.control.setFaults({ apiErrors: [{ method: 'groups.getById', code, times: 2 }] });
      expect([await call(), await call(), await call()]).toEqual([code, code, undefined]);
    },
  );

  it('lose the connection before the work, so that nothing is done', async () => {
    await using fixture = await startFixture();
    say(fixture, 'вопрос');
    fixture.sandbox.control.setFaults({ cuts: [{ method: 'messages.send', when: 'before', times: 1 }] });
    const send = () => fixture.vk.api.messages.send({ peer_id: anna, random_id: 5, message: 'ответ' });
    expect(await outcome(send())).toBe('no answer');
    expect((await fixture.vk.api.messages.getHistory({ peer_id: anna })).count).toBe(1);
  });

  it('lose only the answer after the work, so that the same random_id finds the message', async () => {
    await using fixture = await startFixture();
    say(fixture, 'вопрос');
    fixture.sandbox.control.setFaults({ cuts: [{ method: 'messages.send', when: 'after', times: 1 }] });
    const send = () => fixture.vk.api.messages.send({ peer_id: anna, random_id: 5, message: 'ответ' });
    expect(await outcome(send())).toBe('no answer');
    expect((await fixture.vk.api.messages.getHistory({ peer_id: anna })).count).toBe(2);
    expect(await send()).toBe(2);
    expect((await fixture.vk.api.messages.getHistory({ peer_id: anna })).count).toBe(2);
  });

  it('answer slowly', async () => {
    await using fixture = await startFixture();
    fixture.sandbox.control.setFaults({ slowAnswersMs: 120 });
    const startedAt = performance.now();
    await fixture.vk.api.groups.getTokenPermissions({});
    expect(performance.now() - startedAt).toBeGreaterThan(115);
  });

  it('are all refused with 5 while the token is invalid', async () => {
    await using fixture = await startFixture();
    fixture.sandbox.control.setFaults({ tokenInvalid: true });
    expect(await outcome(fixture.vk.api.groups.getTokenPermissions({}))).toBe(5);
    fixture.sandbox.control.clearFaults();
    expect(await outcome(fixture.vk.api.groups.getTokenPermissions({}))).toMatchObject({
      permissions: expect.any(Array),
    });
  });
});

it('resets every connection while the network is off, also a waiting poll, but not the controls', async () => {
  await using fixture = await startFixture();
  const { sandbox, vk } = fixture;
  const { poll, ts } = await openPoll(vk);
  const waiting = outcome(poll(ts, 20));
  // The poll must be waiting before the network goes off.
  await outcome(vk.api.groups.getTokenPermissions({}));
  sandbox.control.setFaults({ networkOff: true });
  expect(await waiting).toBe('no answer');
  expect(await outcome(vk.api.groups.getTokenPermissions({}))).toBe('no answer');
  say(fixture, 'пока сети нет');
  const response = await fetch(`${sandbox.url}/control/setFaults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ networkOff: false }),
  });
  expect(await response.json()).toMatchObject({ networkOff: false });
  expect((await poll(ts)).updates?.at(-1)?.object.message.text).toBe('пока сети нет');
});
