import { expect, it } from 'vitest';
import { anna, groupId, startFixture } from './sandboxFixture.ts';

/** A PNG of one pixel. */
const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

it('accepts a photo from vk-io, sends it, and serves the same bytes back', async () => {
  await using fixture = await startFixture();
  const { vk, sandbox } = fixture;
  sandbox.control.clientSends({ groupId, userId: anna, text: 'пришлите фото' });
  const photo = await vk.upload.messagePhoto({
    peer_id: anna,
    source: { value: pixel, filename: 'мост.png' },
  });
  await vk.api.messages.send({ peer_id: anna, random_id: 1, attachment: String(photo) });
  const attachment = sandbox.control.snapshot({ groupId, userId: anna }).messages[1]?.attachments?.[0];
  const sent = attachment?.photo as {
    owner_id: number;
    access_key: string;
    orig_photo: { url: string; width: number };
  };
  expect(sent).toMatchObject({
    owner_id: -groupId,
    access_key: expect.any(String),
    orig_photo: { width: 1, height: 1 },
  });
  const served = await fetch(sent.orig_photo.url);
  expect(served.headers.get('content-type')).toContain('image/');
  expect(Buffer.from(await served.arrayBuffer())).toEqual(pixel);
});

it('accepts a document and a voice message from vk-io', async () => {
  await using fixture = await startFixture();
  const { vk, sandbox } = fixture;
  sandbox.control.clientSends({ groupId, userId: anna, text: 'документы' });
  const bytes = Buffer.from('договор');
  const doc = await vk.upload.messageDocument({
    peer_id: anna,
    source: { value: bytes, filename: 'договор.txt' },
  });
  const voice = await vk.upload.audioMessage({
    peer_id: anna,
    source: { value: bytes, filename: 'голос.ogg' },
  });
  await vk.api.messages.send({
    peer_id: anna,
    random_id: 1,
    message: 'вот',
    attachment: [doc, voice].join(','),
  });
  const types = sandbox.control
    .snapshot({ groupId, userId: anna })
    .messages[1]?.attachments?.map(({ type }) => type);
  expect(types).toEqual(['doc', 'audio_message']);
  const sent = sandbox.control.snapshot({ groupId, userId: anna }).messages[1]?.attachments?.[0]?.doc;
  expect(sent).toMatchObject({ title: 'договор.txt', ext: 'txt', size: bytes.length, type: 1 });
});

it('refuses to save a file that was not uploaded', async () => {
  await using fixture = await startFixture();
  const { api } = fixture.vk;
  await expect(api.photos.saveMessagesPhoto({ photo: '[]', server: 1, hash: 'x' })).rejects.toMatchObject({
    code: 100,
  });
  await expect(api.docs.save({ file: 'doc|nothing' })).rejects.toMatchObject({ code: 100 });
});
