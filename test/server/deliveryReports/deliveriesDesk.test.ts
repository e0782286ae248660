/** Deliveries over HTTP on a whole desk: permissions, a message's history, trying again, statistics and the file. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleService } from '../../../server/sandbox/sample.ts';
import type { DeliverySearch } from '../../../shared/schemas/delivery.ts';
import type { DeskClient } from '../../support/deskProcess.ts';
import { annaPhone, type ServiceDesk, startServiceDesk } from '../../support/serviceDesk.ts';
import { until } from '../../support/until.ts';

let desk: ServiceDesk;
let supervisor: DeskClient;
beforeAll(async () => {
  desk = await startServiceDesk();
  supervisor = await desk.as('maria@example.com');
});
afterAll(() => desk?.[Symbol.asyncDispose]());

const search = (body: DeliverySearch, client = supervisor) => client.call('searchDeliveries', { body });
const read = (messageId: string, client = supervisor) =>
  client.call('readDelivery', { params: { messageId } });
const inAnHour = () => new Date(Date.now() + 3600_000).toISOString();

function post(path: string, body: unknown, { cookie } = supervisor): Promise<Response> {
  return fetch(`${desk.url}${path}`, {
    method: 'POST',
    headers: { cookie, Origin: desk.url, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** A message that the gateway accepted and then refused with a code that only people understand. */
async function refusedByNetwork(phone: string): Promise<string> {
  desk.sandbox.control.setPerson({ userId: 2002, isOffline: true });
  const id = await desk.send({ phone, route: ['vk'] });
  await desk.untilStatus(id, 'sent');
  const { messageId } = await desk.atGateway(id);
  const reported = await fetch(`${desk.url}/webhooks/notify/${desk.vkCommunityId}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-gateway-secret': sampleService.statusSecret },
    body: JSON.stringify({
      messageId,
      status: 'undelivered',
      statusCode: 'FILTERED',
      time: new Date().toISOString(),
      callbackData: { clientMessageId: `${id}.vk` },
    }),
  });
  expect(reported.status).toBe(200);
  await desk.untilStatus(id, 'undelivered');
  return id;
}

describe('deliveries', () => {
  it('are closed to agents and to people who are not signed in', async () => {
    const agent = await desk.as('anna@example.com');
    const id = await desk.send();
    const asked = await Promise.all([
      post('/api/deliveries/search', {}, agent),
      post('/api/deliveries/again', { messageIds: [id] }, agent),
      post(`/api/deliveries/${id}/cancel`, {}, agent),
      post('/media/deliveries.csv', {}, agent),
    ]);
    expect(asked.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    await expect(read(id, agent)).rejects.toThrow('403');
    expect((await post('/media/deliveries.csv', {}, { ...agent, cookie: '' })).status).toBe(401);
  });

  it('are open to a supervisor, only of the communities that they may see', async () => {
    const [vk, ok] = await Promise.all([
      desk.send({ route: ['vk'], sendAt: inAnHour() }),
      desk.send({ route: ['ok'], sendAt: inAnHour() }),
    ]);
    const { people } = await desk.admin.call('listPeople');
    const ivan = people.find(({ email }) => email === 'ivan@example.com')!;
    await desk.admin.call('changePerson', {
      params: { personId: ivan.id },
      body: { role: 'supervisor', communityIds: [desk.vkCommunityId] },
    });
    const limited = await desk.as('ivan@example.com');
    const shown = async (client: DeskClient) =>
      (await search({ status: 'queued', known: [vk, ok] }, client)).rows.map(({ id }) => id);
    expect(await shown(supervisor)).toEqual(expect.arrayContaining([vk, ok]));
    expect(await shown(limited)).toContain(vk);
    expect(await shown(limited)).not.toContain(ok);
    const { known } = await search({ known: [vk, ok] }, limited);
    expect(known.map(({ id }) => id)).toEqual([vk]);
    expect((await read(vk, limited)).network).toBe('vk');
    await expect(read(ok, limited)).rejects.toThrow('404');
    expect((await post(`/api/deliveries/${ok}/cancel`, {}, limited)).status).toBe(404);
    const file = await (await post('/media/deliveries.csv', { status: 'queued' }, limited)).text();
    expect(file).toContain(vk);
    expect(file).not.toContain(ok);
  });
});

it('shows one message with its whole history', async () => {
  const id = await desk.send({ clientMessageId: randomUUID() });
  await desk.untilStatus(id, 'delivered');
  const detail = await read(id);
  expect(detail).toMatchObject({
    phone: annaPhone,
    template: 'orderReady',
    templateVersion: 1,
    text: 'Заказ №7 готов',
    variables: { order: '№7' },
    status: 'delivered',
    sender: { kind: 'key', name: 'Shop' },
    tries: [{ network: 'vk', isSkipped: false }],
    canCancel: false,
    canTryAgain: false,
  });
  expect(detail.buttons).toHaveLength(2);
  const { history } = detail;
  const transitions = history.filter(({ isApplied }) => isApplied).map(({ status }) => status);
  expect(transitions).toEqual(['queued', 'sent', 'delivered']);
  // The gateway's report repeats what its answer said: it is kept in the history and changes nothing.
  expect(history.find(({ isApplied }) => !isApplied)).toMatchObject({ status: 'sent', source: 'receipt' });
});

it('finds by a phone as it is typed, and refuses a text that is not a phone, naming the field', async () => {
  const id = await desk.send({ phone: '+79990000003' });
  const { rows } = await search({ phone: '8 (999) 000-00-03' });
  expect(rows.map((row) => row.id)).toContain(id);
  expect(new Set(rows.map(({ phone }) => phone))).toEqual(new Set(['+79990000003']));
  const refused = await post('/api/deliveries/search', { phone: 'call me' });
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ error: { code: 'badRequest', field: 'phone' } });
});

it('cancels a queued message, once', async () => {
  const id = await desk.send({ sendAt: inAnHour() });
  expect((await read(id)).canCancel).toBe(true);
  const after = await supervisor.call('cancelDelivery', { params: { messageId: id } });
  expect(after).toMatchObject({
    status: 'undelivered',
    code: 'cancelled',
    canCancel: false,
    canTryAgain: false,
  });
  expect(after.history.at(-1)?.reason).toEqual({
    ru: 'Отменено до отправки',
    en: 'Cancelled before sending',
  });
  expect((await post(`/api/deliveries/${id}/cancel`, {})).status).toBe(409);
});

it('tries a refused message again as one new message, however often it is clicked', async () => {
  const id = await refusedByNetwork('+79990000002');
  const { rows } = await search({ view: 'ended' });
  expect(rows.find((row) => row.id === id)).toMatchObject({
    status: 'undelivered',
    code: 'networkRefused',
    canTryAgain: true,
    againId: null,
  });
  desk.sandbox.control.setPerson({ userId: 2002, isOffline: false });
  const delivered = await desk.send();
  const again = () => supervisor.call('tryDeliveriesAgain', { body: { messageIds: [id, delivered] } });
  const answers = await Promise.all([again(), again()]);
  const [first] = answers[0].results;
  expect(answers.flatMap(({ results }) => results.map(({ outcome }) => outcome)).sort()).toEqual([
    'accepted',
    'notNow',
    'notNow',
    'repeated',
  ]);
  const newId = first!.messageId!;
  await desk.untilStatus(newId, 'delivered');
  expect(await read(id)).toMatchObject({ status: 'undelivered', canTryAgain: false, againId: newId });
  expect(await read(newId)).toMatchObject({ againOf: id, phone: '+79990000002' });
});

it('counts by hour and by template what the histories hold', async () => {
  const period = {
    from: new Date(Date.now() - 2 * 3600_000).toISOString(),
    to: inAnHour(),
  };
  const counted = async () => {
    const sums = { sent: 0, delivered: 0, read: 0, undelivered: 0, expired: 0 };
    const { hours } = await supervisor.call('countDeliveries', { query: period });
    for (const { undelivered, hour: _, ...counts } of hours) {
      for (const [what, count] of Object.entries(counts)) sums[what as keyof typeof sums] += count;
      sums.undelivered += Object.values(undelivered).reduce((sum, count) => sum + count, 0);
    }
    return sums;
  };
  const held = async () => {
    const sums = { sent: 0, delivered: 0, read: 0, undelivered: 0, expired: 0 };
    const { rows } = await search({ limit: 200 });
    for (const { history } of await Promise.all(rows.map(({ id }) => read(id))))
      for (const { status, isApplied } of history)
        if (isApplied && status in sums) sums[status as keyof typeof sums] += 1;
    return sums;
  };
  await until('the statistics to match the histories', async () => {
    const sums = await held();
    return sums.sent > 3 && JSON.stringify(await counted()) === JSON.stringify(sums);
  });
  const { templates, hours } = await supervisor.call('countDeliveries', {
    query: { ...period, template: 'orderReady' },
  });
  expect(templates).toEqual([expect.objectContaining({ template: 'orderReady', ...(await counted()) })]);
  expect(hours.length).toBeGreaterThan(0);
  const none = await supervisor.call('countDeliveries', { query: { ...period, template: 'another' } });
  expect(none).toMatchObject({ hours: [], templates });
  const tooLong = { from: new Date(0).toISOString(), to: period.to };
  await expect(supervisor.call('countDeliveries', { query: tooLong })).rejects.toThrow('400');
});

it('gives the filtered messages as a file, in order, with nothing that a spreadsheet would run', async () => {
  const formula = '=HYPERLINK("https://evil.example/","x")';
  const ids = [];
  for (const clientMessageId of [formula, '@b', '-c']) {
    ids.push(await desk.send({ phone: '+79990000004', clientMessageId, sendAt: inAnHour() }));
  }
  const answer = await post('/media/deliveries.csv', {
    phone: '8 999 000 00 04',
    status: 'queued',
    language: 'en',
  });
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  const day = new Date().toISOString().slice(0, 10);
  expect(answer.headers.get('content-disposition')).toBe(`attachment; filename=deliveries-queued-${day}.csv`);
  const [head, ...lines] = (await answer.text()).trim().split('\r\n');
  expect(head).toContain('"Message","Accepted","Phone"');
  expect(lines.map((line) => line.slice(1, 25))).toEqual(ids.reverse());
  expect(lines.map((line) => line.split('"Queued"')[1])).toEqual([
    expect.stringContaining(`"'-c"`),
    expect.stringContaining(`"'@b"`),
    expect.stringContaining(`"'=HYPERLINK(""https://evil.example/"",""x"")"`),
  ]);
  expect(lines[0]).toContain('"+79990000004"');
});
