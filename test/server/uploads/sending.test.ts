import { request } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { limits } from '../../../shared/limits.ts';
import type { DeskClient } from '../../support/deskProcess.ts';
import { startDesk, type TestDesk } from '../../support/startDesk.ts';
import { until } from '../../support/until.ts';

let desk: TestDesk;
let anna: DeskClient;
let ivan: DeskClient;
let conversationId: string;
beforeAll(async () => {
  desk = await startDesk();
  anna = await desk.as('anna@example.com');
  ivan = await desk.as('ivan@example.com');
  const inbox = await desk.openInbox(anna);
  desk.sandbox.control.clientSends({ userId: 2001, groupId: desk.groupId, text: 'Жду файл' });
  conversationId = (await inbox.nextMessage('the message', ({ text }) => text === 'Жду файл')).conversationId;
});
afterAll(() => desk[Symbol.asyncDispose]());

function upload(person: DeskClient, bytes: Uint8Array<ArrayBuffer>, field = 'file'): Promise<Response> {
  const form = new FormData();
  form.append(field, new Blob([bytes]), 'файл.bin');
  return fetch(`${desk.url}/api/uploads`, {
    method: 'POST',
    body: form,
    headers: { cookie: person.cookie, origin: desk.url },
  });
}
const uploaded = async (person: DeskClient) =>
  (await (await upload(person, new Uint8Array(Buffer.from('bytes')))).json()).id as string;
const send = (person: DeskClient, clientToken: string, uploadIds: string[]) =>
  person.call('sendAnswer', { params: { conversationId }, body: { clientToken, text: '', uploadIds } });

it('accepts a file of the largest size, and refuses one more byte with its code', async () => {
  const largest = await upload(anna, new Uint8Array(limits.uploadBytes));
  expect(largest.status).toBe(201);
  expect(await largest.json()).toMatchObject({ sizeBytes: limits.uploadBytes });
  const larger = await upload(anna, new Uint8Array(limits.uploadBytes + 1));
  expect(larger.status).toBe(413);
  expect(await larger.json()).toMatchObject({ error: { code: 'bodyTooLarge', field: 'file' } });
});

it('refuses an empty file, another field, and a body that is not a form', async () => {
  for (const answer of [
    await upload(anna, new Uint8Array(0)),
    await upload(anna, new Uint8Array(3), 'other'),
    await fetch(`${desk.url}/api/uploads`, {
      method: 'POST',
      body: 'text',
      headers: { cookie: anna.cookie, origin: desk.url },
    }),
  ]) {
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code: 'badRequest', field: 'file' } });
  }
});

it('works on after a tab has broken off an upload', async () => {
  const broken = request(`${desk.url}/api/uploads`, {
    method: 'POST',
    headers: {
      cookie: anna.cookie,
      origin: desk.url,
      'content-type': 'multipart/form-data; boundary=x',
      'content-length': 10_000_000,
    },
  });
  broken.on('error', () => undefined);
  broken.write('--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n');
  await new Promise<void>((resolve) => broken.write(Buffer.alloc(500_000), () => resolve()));
  broken.destroy();
  expect((await upload(anna, new Uint8Array(3))).status).toBe(201);
});

it('refuses more files than an answer may have', async () => {
  const ids = Array.from({ length: limits.attachmentsPerAnswer + 1 }, (_, n) =>
    n.toString(16).padStart(24, '0'),
  );
  await expect(send(anna, 'too-many-files', ids)).rejects.toThrow(/400/);
});

it("refuses another person's file and one that was sent before, and sends one file once", async () => {
  const id = await uploaded(anna);
  await expect(send(ivan, 'token-of-ivan-1', [id])).rejects.toThrow(/uploadNotFound/);
  const [first, repeat] = await Promise.all([
    send(anna, 'token-of-anna-1', [id]),
    send(anna, 'token-of-anna-1', [id]),
  ]);
  expect(repeat.id).toBe(first.id);
  await expect(send(anna, 'token-of-anna-2', [id])).rejects.toThrow(/uploadNotFound/);
  const files = () =>
    desk.sandbox.control
      .snapshot({ groupId: desk.groupId, userId: 2001 })
      .messages.flatMap(({ attachments = [] }) => attachments);
  await until('the file to arrive', () => files().length > 0);
  expect(files()).toHaveLength(1);
});
