import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { anna, groupId, startGateway, template } from './gatewayFixture.ts';

async function jpeg(): Promise<Buffer> {
  return sharp({ create: { width: 40, height: 20, channels: 3, background: '#c33' } })
    .jpeg()
    .toBuffer();
}

async function uploadImage(
  gateway: Awaited<ReturnType<typeof startGateway>>,
  bytes: Buffer,
): Promise<Response> {
  const headers = { 'content-type': 'image/jpeg' };
  return gateway.call('/images', { method: 'POST', body: new Uint8Array(bytes), headers });
}

it('keeps a template with its pictures, and the phone shows the pictures and their descriptions', async () => {
  await using gateway = await startGateway();
  const bytes = await jpeg();
  const { imageId } = (await (await uploadImage(gateway, bytes)).json()) as { imageId: string };
  const pushed = { ...template, images: [{ imageId, alt: 'Красный прямоугольник' }] };
  const save = () => gateway.call('/templates', { method: 'POST', body: JSON.stringify(pushed) });
  const first = (await (await save()).json()) as { code: string; templateId: string };
  expect(first.code).toBe('OK');
  expect(await (await save()).json()).toEqual(first);
  await gateway.untilStatuses(await gateway.sendOne(), ['sent', 'delivered']);
  const [message] = gateway.sandbox.control.snapshot({ groupId, userId: anna }).messages;
  const { photo } = message!.attachments![0]! as unknown as {
    photo: { text: string; sizes: { url: string; width: number }[] };
  };
  expect(photo.text).toBe('Красный прямоугольник');
  expect(photo.sizes.at(-1)).toMatchObject({ width: 40, height: 20 });
  expect(Buffer.from(await (await fetch(photo.sizes[0]!.url)).arrayBuffer())).toEqual(bytes);
});

it('refuses a picture that is not a JPEG, and a template with a missing picture or an unknown service', async () => {
  await using gateway = await startGateway();
  expect((await uploadImage(gateway, Buffer.from('GIF89a, not at all'))).status).toBe(400);
  const push = (about: object) =>
    gateway.call('/templates', { method: 'POST', body: JSON.stringify({ ...template, ...about }) });
  expect(await (await push({ images: [{ imageId: 'lost' }] })).json()).toEqual({
    code: 'INVALID_REQUEST',
    error: 'An image does not exist: upload it first',
  });
  expect((await push({ service: 'other' })).status).toBe(400);
  expect((await push({ body: '' })).status).toBe(400);
});

it('keeps services, templates and waiting messages over a restart with a state file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-gateway-'));
  const stateFile = join(folder, 'sandbox.json');
  let messageId = '';
  {
    await using gateway = await startGateway({ stateFile });
    gateway.sandbox.control.setPerson({ userId: anna, isOffline: true });
    messageId = await gateway.sendOne({ callbackData: { clientMessageId: 'kept' } });
    await gateway.untilStatuses(messageId, ['sent']);
  }
  expect(await readFile(stateFile, 'utf8')).toContain('orderReady');
  {
    await using gateway = await startGateway({ stateFile });
    const { control } = gateway.sandbox;
    expect((await gateway.state(messageId)).status).toBe('sent');
    const again = await gateway.sendOne({ callbackData: { clientMessageId: 'kept' } });
    expect(again).toBe(messageId);
    control.setPerson({ userId: anna, isOffline: false });
    expect((await gateway.state(messageId)).status).toBe('delivered');
    control.clientReads({ groupId, userId: anna });
    expect((await gateway.state(messageId)).status).toBe('read');
  }
  await rm(folder, { recursive: true });
});
