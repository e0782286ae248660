/** The search over HTTP, from a client's message in the network to the hit. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SearchAnswer } from '../../../shared/schemas/search.ts';
import type { DeskClient } from '../../support/deskProcess.ts';
import { quickTiming, startDesk, type TestDesk } from '../../support/startDesk.ts';
import { until } from '../../support/until.ts';

let desk: TestDesk;
let admin: DeskClient;
let anna: DeskClient;
const texts: Record<number, string[]> = {
  2001: ['Когда будет возврат за перфоратор?', 'Номер 12390, задача старая', 'Ёлка не подошла'],
  2002: ['Хочу оформить возвратом на карту', 'Пишу на C++ 🙂 и №7', '<<< смотрите выше'],
  2003: ['Спасибо, деньги пришли', 'Договор №12390-А у вас', 'Мой новый телефон +7 (916) 123-45-67'],
};

const find = async (who: DeskClient, query: Record<string, unknown>): Promise<SearchAnswer> =>
  who.call('search', { query: query as never });
const textsOf = ({ hits }: SearchAnswer) => hits.map(({ excerpt }) => excerpt.text);
const search = async (text: string, more = {}) => textsOf(await find(anna, { text, ...more }));

beforeAll(async () => {
  desk = await startDesk({ timing: { ...quickTiming, indexer: { pollMs: 50, erasedWithinMs: 0 } } });
  [admin, anna] = await Promise.all([desk.as('admin@example.com'), desk.as('anna@example.com')]);
  for (const [userId, own] of Object.entries(texts))
    for (const text of own)
      desk.sandbox.control.clientSends({ userId: Number(userId), groupId: desk.groupId, text });
  for (const own of Object.values(texts))
    for (const text of own)
      await until(`${text} to be found`, async () => (await search(text)).includes(text));
});
afterAll(() => desk[Symbol.asyncDispose]());

it('says how far the index is behind', async () => {
  const { index } = await find(anna, { text: 'возврат' });
  expect(index).toEqual({ lagMs: expect.any(Number), builtThreads: null });
  expect(index.lagMs).toBeLessThan(30_000);
});

describe('a search', () => {
  it.each([
    ['возврата', ['Хочу оформить возвратом на карту', 'Когда будет возврат за перфоратор?']],
    ['перфоратор возврат', ['Когда будет возврат за перфоратор?']],
    ['ВОЗВРАТ карту', ['Хочу оформить возвратом на карту']],
    ['елка', ['Ёлка не подошла']],
    ['ёлки', ['Ёлка не подошла']],
    ['12390', ['Договор №12390-А у вас', 'Номер 12390, задача старая']],
    ['Задача 12390', ['Номер 12390, задача старая']],
    ['«задача старая»', ['Номер 12390, задача старая']],
    ['«старая задача»', []],
    ['"задача старая', ['Номер 12390, задача старая']],
    ['C++', ['Пишу на C++ 🙂 и №7']],
    ['№ 7', ['Пишу на C++ 🙂 и №7']],
    ['🙂', ['Пишу на C++ 🙂 и №7']],
    ['<<<', ['<<< смотрите выше']],
    ['89161234567', ['Мой новый телефон +7 (916) 123-45-67']],
    ['ден', ['Спасибо, деньги пришли']],
    ['де', ['Спасибо, деньги пришли']],
    ['.*', []],
    ['\\/', []],
    ['‮возврат‬ перфоратор', ['Когда будет возврат за перфоратор?']],
  ])('for %s finds what a person means', async (text, expected) => {
    // The network dates by whole seconds, so the order of these is not known.
    expect((await search(text)).sort()).toEqual([...expected].sort());
  });

  it('marks the words where they stand, and names the conversation', async () => {
    const { hits } = await find(anna, { text: 'возврат перфораторы' });
    const [hit] = hits;
    expect(hit!.excerpt.marks.map(([from, to]) => hit!.excerpt.text.slice(from, to))).toEqual([
      'возврат',
      'перфоратор',
    ]);
    expect(hit).toMatchObject({ kind: 'reply', seq: 1, conversation: { id: expect.any(String) } });
  });

  it('goes on page by page without a repeat', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await find(anna, { text: '', limit: 2, ...(cursor && { cursor }) });
      seen.push(...page.hits.map(({ messageId }) => messageId));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThanOrEqual(9);
  });

  it('shows exact hits first on request, page by page, each hit once', async () => {
    const words = ['Договор подписан: номер 777', 'Номер договора 777', 'По договору номер один: 777'];
    for (const text of words) desk.sandbox.control.clientSends({ userId: 2004, groupId: desk.groupId, text });
    for (const text of words)
      await until(`${text} to be found`, async () => (await search(text)).includes(text));
    const pages: string[][] = [];
    let cursor: string | undefined;
    do {
      const query = { text: 'номер 777', order: 'exactFirst', limit: 1, ...(cursor && { cursor }) };
      const page = await find(anna, query);
      pages.push(textsOf(page));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(pages[0]).toEqual(['Договор подписан: номер 777']);
    expect(pages.flat().slice(1).sort()).toEqual(['Номер договора 777', 'По договору номер один: 777']);
    const whole = await search('номер 777', { order: 'exactFirst' });
    expect(whole).toEqual(pages.flat());
  });

  it('finds a client by a part of the name', async () => {
    const [first] = (await find(anna, { text: 'возврат перфоратор' })).hits;
    const name = first!.conversation.client.name;
    const { clients } = await find(anna, { text: name.slice(0, 3) });
    expect(clients.map(({ conversation }) => conversation.client.name)).toContain(name);
  });

  it('finds nothing of a community that the person may not see', async () => {
    const { people } = await admin.call('listPeople');
    const { id } = people.find(({ email }) => email === 'maria@example.com')!;
    const before = await find(await desk.as('maria@example.com'), { text: 'возврат' });
    expect(textsOf(before)).toHaveLength(2);
    const clientId = before.hits[0]!.conversation.client.id;
    expect(
      textsOf(await find(await desk.as('maria@example.com'), { text: 'возврат', clientId })),
    ).toHaveLength(1);
    await admin.call('changePerson', { params: { personId: id }, body: { communityIds: [] } as never });
    const maria = await desk.as('maria@example.com');
    const { hits, clients } = await find(maria, { text: 'возврат' });
    expect({ hits, clients }).toEqual({ hits: [], clients: [] });
    expect((await find(maria, { text: 'возврат', clientId })).hits).toEqual([]);
    expect((await find(maria, { text: '', clientId })).hits).toEqual([]);
  });

  it('keeps to the conversations of one client', async () => {
    const [hit] = (await find(anna, { text: 'перфоратор' })).hits;
    const clientId = hit!.conversation.client.id;
    expect(await search('возврат', { clientId })).toEqual(['Когда будет возврат за перфоратор?']);
    expect((await search('', { clientId })).sort()).toEqual([...texts[2001]!].sort());
    // Nobody else is offered by name.
    const { clients } = await find(anna, { text: hit!.conversation.client.name, clientId });
    expect(clients).toEqual([]);
  });

  it('keeps to the conversations of a label, of a network, or whose clients wait', async () => {
    const { hits } = await find(anna, { text: 'возврат' });
    const [first, second] = hits.map(({ conversation }) => conversation);
    await anna.call('setLabels', { params: { conversationId: first!.id }, body: { labels: ['Возвраты'] } });
    await anna.call('setStatus', {
      params: { conversationId: second!.id },
      body: { status: 'resolved', seenSeq: second!.lastSeq },
    });
    const found = async (more: Record<string, unknown>) =>
      (await find(anna, { text: 'возврат', ...more })).hits.map(({ conversation }) => conversation.id);
    expect(await found({ label: 'Возвраты' })).toEqual([first!.id]);
    expect(await found({ isWaiting: 'true' })).toEqual([first!.id]);
    expect(await found({ network: 'vk' })).toEqual([first!.id, second!.id]);
    expect(await found({ network: 'ok' })).toEqual([]);
  });

  it('keeps to messages by their answer, also after it failed and was sent again', async () => {
    const ask = 'Есть ли дрель в наличии?';
    desk.sandbox.control.clientSends({ userId: 2005, groupId: desk.groupId, text: ask });
    const found = (more: Record<string, unknown>) => search('дрель', more);
    await until('the question to wait', async () => (await found({ answered: 'none' })).includes(ask));
    expect(await found({ answered: 'within1d' })).toEqual([]);
    const [hit] = (await find(anna, { text: 'дрель' })).hits;
    desk.sandbox.control.setFaults({ apiErrors: [{ method: 'messages.send', code: 901, times: 1 }] });
    const answer = await anna.call('sendAnswer', {
      params: { conversationId: hit!.conversation.id },
      body: { text: 'Да, есть', clientToken: randomUUID() },
    });
    const statusIs = (status: string) => async () => {
      const { messages } = await anna.call('listMessages', {
        params: { conversationId: hit!.conversation.id },
        query: {},
      });
      return messages.find(({ id }) => id === answer.id)?.status === status;
    };
    await until('the answer to fail', statusIs('failed'));
    await until(
      'a failed answer to count as none',
      async () => (await found({ answered: 'none' })).length > 0,
    );
    expect(await found({ answered: 'within15m' })).toEqual([]);
    await anna.call('retryMessage', { params: { messageId: answer.id } });
    await until('the answer to be sent', statusIs('sent'));
    const { id } = (await anna.call('bootstrap')).me;
    await until('the answer to be found', async () => (await found({ answered: 'within15m' })).length > 0);
    const [answered] = (await find(anna, { text: 'дрель', answered: 'within15m', personId: id })).hits;
    expect(answered).toMatchObject({ kind: 'reply', answer: { afterMs: expect.any(Number), personId: id } });
    expect(await found({ answered: 'none' })).toEqual([]);
    expect(await found({ answered: 'over15m' })).toEqual([]);
    const { me } = await admin.call('bootstrap');
    expect(await found({ answered: 'within15m', personId: me.id })).toEqual([]);
  });

  it.each([
    ['djpdhfn', { text: 'возврат', why: 'otherLayout' }],
    ['перфоратар', { text: 'перфоратор', why: 'spelling' }],
    ['пепфоратар', null],
    ['перфораторр возврат', { text: 'перфоратор возврат', why: 'spelling' }],
  ])('offers for %s what was meant, and does not search it', async (text, suggestion) => {
    expect(await find(anna, { text })).toMatchObject({ hits: [], suggestion });
  });

  it('refuses a period that ends before it begins, and a text of 1,000 characters', async () => {
    const period = { from: '2026-02-01T00:00:00.000Z', before: '2026-01-01T00:00:00.000Z' };
    await expect(find(anna, { text: 'возврат', ...period })).rejects.toThrow(/before/);
    await expect(find(anna, { text: 'я'.repeat(1_000) })).rejects.toThrow(/text/);
  });
});
