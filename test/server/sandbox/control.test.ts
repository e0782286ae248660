import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { attachmentTypes, sampleAttachment } from '../../../server/sandbox/attachments.ts';
import { sampleCommunity, sampleUsers, seedSample } from '../../../server/sandbox/sample.ts';
import { anna, groupId, openPoll, startFixture } from './sandboxFixture.ts';

async function post(
  url: string,
  operation: string,
  input: object,
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${url}/control/${operation}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });
  return { status: response.status, body: await response.json() };
}

it('works over HTTP as it does in the process, and names what is wrong with an input', async () => {
  await using fixture = await startFixture();
  const { url } = fixture.sandbox;
  const sent = await post(url, 'clientSends', { groupId, userId: anna, text: 'по HTTP' });
  expect(sent).toEqual({ status: 200, body: { cmid: 1, messageId: 1, eventId: expect.any(String) } });
  expect(await post(url, 'snapshot', { groupId, userId: anna })).toMatchObject({
    body: { messages: [{ text: 'по HTTP' }] },
  });
  expect(await post(url, 'clientSends', { groupId, userId: 'x' })).toMatchObject({
    status: 400,
    body: { error: [{ path: ['userId'] }] },
  });
  expect(await post(url, 'clientSends', { groupId: 5, userId: anna })).toEqual({
    status: 400,
    body: { error: 'No community with groupId 5' },
  });
});

it('streams changes to its page', async () => {
  await using fixture = await startFixture();
  const abort = new AbortController();
  const response = await fetch(`${fixture.sandbox.url}/control/events`, { signal: abort.signal });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  await reader.read();
  fixture.sandbox.control.clientSends({ groupId, userId: anna, text: 'раз' });
  fixture.sandbox.control.clientSends({ groupId, userId: anna, text: 'два' });
  const { value } = await reader.read();
  expect(value).toBe(`data: {"type":"dialogue","groupId":${groupId},"userId":${anna}}\n\n`);
  abort.abort();
});

it('makes a burst of distinct messages, and counts them', async () => {
  await using fixture = await startFixture();
  const { control } = fixture.sandbox;
  const { burstId } = control.burst({ groupId, users: 7, messages: 500, textPrefix: 'b' });
  await control.waitUntil(() => control.burstProgress({ burstId }).isDone, 10_000);
  const texts = control
    .listDialogues({ groupId })
    .flatMap((userId) => control.snapshot({ groupId, userId }).messages.map(({ text }) => text));
  expect(new Set(texts).size).toBe(500);
  expect(texts).toContain('b#500');
  expect(control.counters({ groupId })).toMatchObject({
    clientMessages: 500,
    eventsPublished: 507,
    lastTs: 508,
  });
});

it('keeps the requested rate of a burst', async () => {
  await using fixture = await startFixture();
  const { control } = fixture.sandbox;
  const { burstId } = control.burst({ groupId, users: [anna], messages: 60, ratePerSecond: 200 });
  await control.waitUntil(() => control.burstProgress({ burstId }).isDone, 10_000);
  const { startedAtMs, finishedAtMs } = control.burstProgress({ burstId });
  expect(finishedAtMs! - startedAtMs).toBeGreaterThan(270);
  expect(finishedAtMs! - startedAtMs).toBeLessThan(900);
});

it('sends every kind of attachment, an unknown one included', async () => {
  await using fixture = await startFixture();
  const { poll } = await openPoll(fixture.vk);
  const types = [...attachmentTypes, 'hologram'];
  for (const type of types) {
    const attachments = [sampleAttachment(type, { ownerId: anna, id: 7 })];
    fixture.sandbox.control.clientSends({ groupId, userId: anna, attachments });
  }
  const updates = (await poll()).updates?.filter(({ type }) => type === 'message_new') ?? [];
  expect(updates.map(({ object }) => object.message.attachments[0].type)).toEqual(types);
  const photo = updates[0]?.object.message.attachments[0].photo;
  expect((await fetch(photo.sizes[0].url)).headers.get('content-type')).toContain('svg');
});

it('seeds a community and five people once', async () => {
  await using fixture = await startFixture();
  const { control, url } = fixture.sandbox;
  seedSample(control);
  seedSample(control);
  expect(control.listCommunities().map(({ name }) => name)).toContain(sampleCommunity.name);
  const users = control.listUsers();
  expect(users).toHaveLength(2 + sampleUsers.length);
  const face = await fetch(users.at(-1)!.avatarUrl);
  expect(users.at(-1)!.avatarUrl).toBe(`${url}/avatars/2005.svg`);
  expect(await face.text()).toContain('>ОК<');
});

it('continues the same dialogues after a restart with its state file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
  const stateFile = join(folder, 'sandbox.json');
  const bytes = Buffer.from('файл');
  {
    await using fixture = await startFixture({ stateFile });
    const { vk, sandbox } = fixture;
    sandbox.control.clientSends({ groupId, userId: anna, text: 'до перезапуска' });
    const doc = await vk.upload.messageDocument({
      peer_id: anna,
      source: { value: bytes, filename: 'a.txt' },
    });
    await vk.api.messages.send({ peer_id: anna, random_id: 8, message: 'ответ', attachment: String(doc) });
  }
  {
    await using fixture = await startFixture({ stateFile });
    const { vk, sandbox } = fixture;
    const { messages } = sandbox.control.snapshot({ groupId, userId: anna });
    expect(messages.map(({ text }) => text)).toEqual(['до перезапуска', 'ответ']);
    const { url } = messages[1]!.attachments![0]!.doc as { url: string };
    expect(Buffer.from(await (await fetch(url)).arrayBuffer())).toEqual(bytes);
    expect(await vk.api.messages.send({ peer_id: anna, random_id: 8, message: 'ответ' })).toBe(2);
    expect(sandbox.control.clientSends({ groupId, userId: anna, text: 'после' })).toMatchObject({
      cmid: 3,
      messageId: 3,
    });
  }
  await rm(folder, { recursive: true });
});

it('serves its page at the root and the page keeps its pictures while the network is off', async () => {
  const pageDir = await mkdtemp(join(tmpdir(), 'sandbox-page-'));
  await writeFile(join(pageDir, 'sandbox.html'), '<!doctype html><title>phones</title>');
  {
    await using fixture = await startFixture({ pageDir });
    const { sandbox } = fixture;
    const { url } = sandbox;
    expect(await (await fetch(url)).text()).toContain('phones');
    const uploaded = await fetch(`${url}/control/uploadPhoto?userId=${anna}&name=a.html`, {
      method: 'POST',
      headers: { 'content-type': 'text/html' },
      body: '<script>1</script>',
    });
    const { photo } = (await uploaded.json()) as { photo: { sizes: { url: string }[] } };
    sandbox.control.setFaults({ networkOff: true });
    const picture = photo.sizes[0]!.url;
    await expect(fetch(picture)).rejects.toThrow();
    const seen = await fetch(picture, { headers: { 'sec-fetch-site': 'same-origin' } });
    expect(seen.headers.get('content-security-policy')).toBe('sandbox');
    expect((await fetch(url)).status).toBe(200);
  }
  await rm(pageDir, { recursive: true });
});
