import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { anna, groupId, startFixture } from './sandboxFixture.ts';

interface Delivery {
  body: { type: string; secret?: string; event_id?: string; object?: { message?: { text: string } } };
  headers: IncomingHttpHeaders;
}

interface Webhook extends AsyncDisposable {
  url: string;
  deliveries: Delivery[];
  /** Resolves once this many events have come, without confirmations. */
  received(count: number): Promise<Delivery[]>;
}

type Answer = { status?: number; body: string; retryAfterSeconds?: number };

async function startWebhook(answerTo: (delivery: Delivery, attempt: number) => Answer): Promise<Webhook> {
  const deliveries: Delivery[] = [];
  const server: Server = createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const delivery = {
      body: JSON.parse(Buffer.concat(chunks).toString()) as Delivery['body'],
      headers: req.headers,
    };
    if (delivery.body.type !== 'confirmation') deliveries.push(delivery);
    const { status = 200, body, retryAfterSeconds } = answerTo(delivery, deliveries.length);
    if (retryAfterSeconds !== undefined) res.setHeader('retry-after', String(retryAfterSeconds));
    res.writeHead(status).end(body);
    server.emit('delivered');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    deliveries,
    async received(count) {
      while (deliveries.length < count)
        await once(server, 'delivered', { signal: AbortSignal.timeout(5000) });
      return deliveries;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function connect(
  fixture: Awaited<ReturnType<typeof startFixture>>,
  url: string,
  events: object = { message_new: 1 },
): Promise<number> {
  const { groups } = fixture.vk.api;
  const { server_id } = await groups.addCallbackServer({
    group_id: groupId,
    url,
    title: 'desk',
    secret_key: 'тайна',
  });
  await groups.setCallbackSettings({ group_id: groupId, server_id, api_version: '5.199', ...events });
  return server_id;
}

it('confirms a server that answers with the code, and posts events with the secret', async () => {
  await using fixture = await startFixture();
  const { vk, sandbox } = fixture;
  const { code } = await vk.api.groups.getCallbackConfirmationCode({ group_id: groupId });
  await using webhook = await startWebhook(({ body }) => ({
    body: body.type === 'confirmation' ? code : 'ok',
  }));
  await connect(fixture, webhook.url);
  const { items } = await vk.api.groups.getCallbackServers({ group_id: groupId });
  expect(items).toMatchObject([{ url: webhook.url, status: 'ok', title: 'desk', secret_key: 'тайна' }]);
  const { eventId } = sandbox.control.clientSends({ groupId, userId: anna, text: 'по вебхуку' });
  const [delivery] = await webhook.received(1);
  expect(delivery?.body).toMatchObject({
    type: 'message_new',
    group_id: groupId,
    event_id: eventId,
    v: '5.199',
    secret: 'тайна',
    object: { message: { text: 'по вебхуку' } },
  });
  const changed = await vk.api.groups.getCallbackConfirmationCode({ group_id: groupId });
  expect(changed.code).not.toBe(code);
});

it('sends nothing to a server that failed the handshake, and confirms it later on request', async () => {
  await using fixture = await startFixture();
  const { vk, sandbox } = fixture;
  let confirmation = 'wrong';
  await using webhook = await startWebhook(({ body }) => ({
    body: body.type === 'confirmation' ? confirmation : 'ok',
  }));
  const serverId = await connect(fixture, webhook.url);
  const status = async () => (await vk.api.groups.getCallbackServers({ group_id: groupId })).items[0]?.status;
  expect(await status()).toBe('failed');
  sandbox.control.clientSends({ groupId, userId: anna, text: 'мимо' });
  confirmation = (await vk.api.groups.getCallbackConfirmationCode({ group_id: groupId })).code;
  expect(await sandbox.control.confirmCallbackServer({ groupId, serverId })).toEqual({ isConfirmed: true });
  sandbox.control.clientSends({ groupId, userId: anna, text: 'дошло' });
  await webhook.received(1);
  expect(webhook.deliveries.map(({ body }) => body.object?.message?.text)).toEqual(['дошло']);
});

it('repeats an event until the answer is ok, and counts in X-Retry-Counter', async () => {
  await using fixture = await startFixture();
  const { code } = await fixture.vk.api.groups.getCallbackConfirmationCode({ group_id: groupId });
  await using webhook = await startWebhook(({ body }, attempt) => {
    if (body.type === 'confirmation') return { body: code };
    if (attempt === 1) return { status: 500, body: 'ok' };
    return { body: attempt === 2 ? 'no' : 'ok' };
  });
  await connect(fixture, webhook.url);
  fixture.sandbox.control.clientSends({ groupId, userId: anna, text: 'трижды' });
  const deliveries = await webhook.received(3);
  expect(deliveries.map(({ headers }) => headers['x-retry-counter'])).toEqual([undefined, '1', '2']);
  expect(new Set(deliveries.map(({ body }) => body.event_id)).size).toBe(1);
});

it('waits as long as Retry-After says on 503', async () => {
  await using fixture = await startFixture();
  fixture.sandbox.control.setSettings({ callbackRetryScale: 0.01 });
  const { code } = await fixture.vk.api.groups.getCallbackConfirmationCode({ group_id: groupId });
  await using webhook = await startWebhook(({ body }, attempt) => {
    if (body.type === 'confirmation') return { body: code };
    return attempt === 1 ? { status: 503, body: '', retryAfterSeconds: 20 } : { body: 'ok' };
  });
  await connect(fixture, webhook.url);
  fixture.sandbox.control.clientSends({ groupId, userId: anna, text: 'позже' });
  await webhook.received(1);
  const startedAt = performance.now();
  await webhook.received(2);
  // 20 s scaled by 0.01; the usual first wait would be 50 ms.
  expect(performance.now() - startedAt).toBeGreaterThan(150);
});

it('posts only the event types that the server has switched on', async () => {
  await using fixture = await startFixture();
  const { code } = await fixture.vk.api.groups.getCallbackConfirmationCode({ group_id: groupId });
  await using webhook = await startWebhook(({ body }) => ({
    body: body.type === 'confirmation' ? code : 'ok',
  }));
  await connect(fixture, webhook.url, { message_typing_state: 1 });
  fixture.sandbox.control.clientSends({ groupId, userId: anna, text: 'не придёт' });
  fixture.sandbox.control.clientTypes({ groupId, userId: anna });
  const [first] = await webhook.received(1);
  expect(first?.body.type).toBe('message_typing_state');
});

it('splits events between long poll and webhook under that fault, each event once', async () => {
  await using fixture = await startFixture();
  const { vk, sandbox } = fixture;
  const { code } = await vk.api.groups.getCallbackConfirmationCode({ group_id: groupId });
  await using webhook = await startWebhook(({ body }) => ({
    body: body.type === 'confirmation' ? code : 'ok',
  }));
  await connect(fixture, webhook.url);
  sandbox.control.clientAllows({ groupId, userId: anna });
  const { key, server, ts } = await vk.api.groups.getLongPollServer({ group_id: groupId });
  sandbox.control.setFaults({ splitTransports: true });
  for (let n = 1; n <= 10; n += 1) sandbox.control.clientSends({ groupId, userId: anna, text: String(n) });
  const polled = (await (await fetch(`${server}?act=a_check&key=${key}&ts=${ts}&wait=1`)).json()) as {
    updates: { object: { message: { text: string } } }[];
  };
  const byPoll = polled.updates.map(({ object }) => object.message.text);
  const byHook = (await webhook.received(5)).map(({ body }) => body.object?.message?.text ?? '');
  expect(byPoll).toHaveLength(5);
  expect([...byPoll, ...byHook].toSorted((left, right) => Number(left) - Number(right))).toEqual(
    Array.from({ length: 10 }, (_, index) => String(index + 1)),
  );
});
