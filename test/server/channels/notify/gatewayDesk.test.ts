/** Service messages through the gateway: from a signed call to the client's phone, with statuses coming back. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sampleCommunity, sampleService } from '../../../../server/sandbox/sample.ts';
import { otherEnding } from '../../../support/otherEnding.ts';
import { annaId, annaPhone, type ServiceDesk, startServiceDesk } from '../../../support/serviceDesk.ts';

let desk: ServiceDesk;
beforeAll(async () => {
  desk = await startServiceDesk();
});
afterAll(() => desk[Symbol.asyncDispose]());
afterEach(() => {
  desk.sandbox.control.clearFaults();
});

const { groupId } = sampleCommunity;
const transitions = (history: { status: string }[]) => history.map(({ status }) => status);

function postStatus(body: unknown, secret: string | null = sampleService.statusSecret, community?: string) {
  return fetch(`${desk.url}/webhooks/notify/${community ?? desk.vkCommunityId}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(secret === null ? {} : { 'x-gateway-secret': secret }),
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

describe('a service message through the gateway', () => {
  it('is shown on the phone and reported as delivered and read', async () => {
    const id = await desk.send();
    const delivered = await desk.untilStatus(id, 'delivered');
    expect(transitions(delivered.history)).toEqual(['queued', 'sent', 'delivered']);
    const { messages } = desk.sandbox.control.snapshot({ groupId, userId: annaId });
    expect(messages.at(-1)?.text).toContain('Заказ №7 готов');
    desk.sandbox.control.clientReads({ groupId, userId: annaId });
    const read = await desk.untilStatus(id, 'read');
    expect(transitions(read.history)).toEqual(['queued', 'sent', 'delivered', 'read']);
  });

  it('ends as read, once, when each status comes three times and the last one comes first', async () => {
    desk.sandbox.control.setFaults({ statusRepeats: 3, statusReverse: true });
    const id = await desk.send({ phone: '+79990000002' });
    await desk.untilStatus(id, 'delivered');
    desk.sandbox.control.clientReads({ groupId, userId: 2002 });
    await desk.untilStatus(id, 'read');
    await desk.sandbox.control.waitUntil(() => desk.sandbox.control.gatewayCounters().statusesWaiting === 0);
    const { history } = await desk.read(id);
    const line = ['queued', 'sent', 'delivered', 'read'];
    expect(transitions(history)).toEqual(
      line.filter((status) => transitions(history).includes(status as never)),
    );
    expect(transitions(history).at(-1)).toBe('read');
  });

  it('ignores a status that it does not know', async () => {
    desk.sandbox.control.setFaults({ statusExtraWord: 'teleported' });
    const id = await desk.send({ phone: '+79990000003' });
    const { history } = await desk.untilStatus(id, 'delivered');
    expect(transitions(history)).toEqual(['queued', 'sent', 'delivered']);
  });

  it('ends as undelivered, with the reason, for a number that nobody has', async () => {
    const id = await desk.send({ phone: '+79995550000', route: ['vk'] });
    const { history } = await desk.untilStatus(id, 'undelivered');
    expect(history.at(-1)?.code).toBe('phoneUnknown');
  });
});

describe('POST /webhooks/notify/:communityId', () => {
  it('keeps unknown statuses and codes as they came, and reads the rest of a list with malformed ones', async () => {
    const id = await desk.send({ phone: '+79990000004' });
    await desk.untilStatus(id, 'delivered');
    const { messageId, clientMessageId } = await desk.atGateway(id);
    const about = { messageId, callbackData: { clientMessageId } };
    const statuses = [
      { ...about, status: 'TELEPORTED', statusCode: 42 },
      { ...about, status: 'undelivered', statusCode: 'constructor' },
      { status: 5 },
      { status: 'read', callbackData: { clientMessageId } },
      { ...about, status: 'read', time: '2999-01-01T00:00:00Z' },
    ];
    expect((await postStatus(statuses)).status).toBe(200);
    const { history, statusAt } = await desk.admin.call('readDelivery', { params: { messageId: id } });
    const codes = history.map(({ status, code, networkCode }) => [status, code, networkCode]);
    expect(codes).toContainEqual(['unknown', null, 'TELEPORTED 42']);
    expect(codes).toContainEqual(['undelivered', 'networkRefused', 'constructor']);
    expect(codes.at(-1)).toEqual(['read', null, null]);
    expect(new Date(statusAt).getTime()).toBeLessThanOrEqual(Date.now());
  });

  const refusals: [string, Parameters<typeof postStatus>, number, string][] = [
    ['no secret', [{}, null], 403, 'wrongSecret'],
    ['a wrong secret', [{}, 'guess-guess'], 403, 'wrongSecret'],
    [
      'a secret that differs in its last letter only',
      [
        { messageId: 'nobody-1', status: 'delivered', callbackData: {} },
        otherEnding(sampleService.statusSecret),
      ],
      403,
      'wrongSecret',
    ],
    ['another community', [{}, undefined, 'f'.repeat(24)], 404, 'communityNotFound'],
    ['a body that is not JSON', ['{'], 400, 'payloadNotJson'],
    ['a body that is not a status', [{ hello: 1 }], 400, 'badRequest'],
    ['a body over the limit', [`"${'x'.repeat(3_000_000)}"`], 413, 'bodyTooLarge'],
  ];
  it.each(refusals)('refuses %s', async (_what, args, status, code) => {
    const answer = await postStatus(...args);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ error: { code } });
  });

  it('acknowledges a status of an unknown message and changes nothing', async () => {
    const unknown = { messageId: 'nobody-1', status: 'delivered', callbackData: {} };
    expect((await postStatus(unknown)).status).toBe(200);
  });
});

it('N23: does not reach the new owner of a number when the phone must be confirmed', async () => {
  desk.sandbox.control.confirmPhone({ userId: annaId, atMs: Date.now() - 200 * 24 * 3_600_000 });
  const about = { deliveryPolicy: 'verifiedPhone', route: ['vk'] };
  const late = await desk.untilStatus(await desk.send(about), 'undelivered');
  expect(late.history.at(-1)?.code).toBe('phoneNotConfirmed');
  desk.sandbox.control.confirmPhone({ userId: annaId });
  await desk.untilStatus(await desk.send({ phone: annaPhone, ...about }), 'delivered');
});
