import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findSent } from '../../../../server/channels/vk/findSent.ts';
import { readProfiles } from '../../../../server/channels/vk/profiles.ts';
import { sendMessage } from '../../../../server/channels/vk/send.ts';
import type { OutgoingFile, OutgoingMessage } from '../../../../server/conversations/outbox/channel.ts';
import { until } from '../../../support/until.ts';
import { anna, boris, clientOf, groupId, startVkFixture, type VkFixture } from './vkFixture.ts';

let fixture: VkFixture;
beforeEach(async () => {
  fixture = await startVkFixture();
  fixture.annaWrites('Здравствуйте!');
});
afterEach(() => fixture[Symbol.asyncDispose]());

let nextRandomId = 1_000;
function answer(more: Partial<OutgoingMessage> = {}): OutgoingMessage {
  nextRandomId += 1;
  return {
    peerId: String(anna),
    randomId: nextRandomId,
    text: 'Добрый день',
    files: [],
    replyToExternalId: null,
    ...more,
  };
}

const outgoing = () =>
  fixture.sandbox.control.snapshot({ groupId, userId: anna }).messages.filter(({ out }) => out === 1);

/** The smallest JPEG with two different sides: 2 by 1. */
const jpeg = Buffer.from(
  'ffd8ffe000104a46494600010100000100010000ffc0000b080001000201011100ffc40014000100000000000000000000000000000009ffda0008010100003f0054dfffd9',
  'hex',
);
function file(kind: OutgoingFile['kind'], fileName: string, bytes: Buffer): OutgoingFile {
  return {
    kind,
    fileName,
    contentType: kind === 'photo' ? 'image/jpeg' : 'application/pdf',
    sizeBytes: bytes.length,
    open: () => Readable.from([bytes]),
  };
}

describe('sending an answer', () => {
  it('reaches the phone and returns its number in the dialogue', async () => {
    expect(await sendMessage(fixture.client, answer({ text: 'Готово' }))).toEqual({
      kind: 'sent',
      externalId: '2',
      position: 2,
    });
    expect(outgoing().map(({ text }) => text)).toEqual(['Готово']);
  });

  it('makes one message when it is sent twice with one `random_id`', async () => {
    const message = answer();
    const first = await sendMessage(fixture.client, message);
    expect(await sendMessage(fixture.client, message)).toEqual(first);
    expect(outgoing()).toHaveLength(1);
  });

  it('quotes the message that it answers', async () => {
    await sendMessage(fixture.client, answer({ replyToExternalId: '1' }));
    expect(outgoing()[0]?.reply_message).toMatchObject({
      conversation_message_id: 1,
      text: 'Здравствуйте!',
    });
  });

  it('includes photos and documents', async () => {
    const files = [file('photo', 'чек.jpg', jpeg), file('document', 'договор.pdf', Buffer.from('%PDF-1.4'))];
    expect(await sendMessage(fixture.client, answer({ text: '', files }))).toMatchObject({ kind: 'sent' });
    const [message] = outgoing();
    expect(message?.attachments?.map(({ type }) => type)).toEqual(['photo', 'doc']);
    expect(message?.attachments?.[1]).toMatchObject({ doc: { title: 'договор.pdf' } });
  });

  it('keeps emoji, right-to-left text and markup as they were written', async () => {
    const text = '👩‍👩‍👧 שלום <b>жирный</b> & "кавычки"';
    await sendMessage(fixture.client, answer({ text }));
    expect(outgoing()[0]?.text).toBe(text);
  });

  it.each([
    ['a client who has blocked the community', 901, 'clientForbidsMessages', true],
    ['a client whose privacy settings forbid it', 902, 'clientForbidsMessages', true],
    ['a client in our blacklist', 900, 'clientForbidsMessages', false],
    ['a deleted client', 18, 'clientGone', false],
    ['a client we may not write to', 7, 'accessDenied', false],
    ['a dialogue we have no access to', 15, 'accessDenied', false],
    ['a message that is too long', 914, 'contentRefused', false],
    ['a bad parameter', 100, 'contentRefused', false],
    ['a notifications-only community', 985, 'conversationClosed', false],
    ['an error that VK adds next year', 7_777, 'networkRefused', true],
  ])('is refused for %s (%i)', async (_reason, networkCode, code, isRetryable) => {
    fixture.sandbox.control.setFaults({ apiErrors: [{ method: 'messages.send', code: networkCode }] });
    expect(await sendMessage(fixture.client, answer())).toEqual({
      kind: 'refused',
      code,
      networkCode,
      isRetryable,
    });
  });

  it('is refused when VK refuses only its addressee', async () => {
    fixture.sandbox.control.clientDenies({ groupId, userId: anna });
    expect(await sendMessage(fixture.client, answer())).toMatchObject({ kind: 'refused', networkCode: 901 });
    fixture.sandbox.control.deleteUser({ userId: anna });
    expect(await sendMessage(fixture.client, answer())).toMatchObject({
      kind: 'refused',
      code: 'clientGone',
      networkCode: 18,
    });
  });

  it.each([1, 9, 10, 29])('is retried later after error %i', async (code) => {
    fixture.sandbox.control.setFaults({ apiErrors: [{ method: 'messages.send', code, times: 1 }] });
    const message = answer();
    const outcome = await sendMessage(fixture.client, message);
    expect(outcome).toMatchObject({ kind: 'later', networkCode: code });
    expect(outcome.kind === 'later' && outcome.afterMs).toBeGreaterThanOrEqual(1_000);
    expect(await sendMessage(fixture.client, message)).toMatchObject({ kind: 'sent' });
    expect(outgoing()).toHaveLength(1);
  });

  it('is sent although VK first answers that there are too many calls', async () => {
    fixture.sandbox.control.setFaults({ apiErrors: [{ method: 'messages.send', code: 6, times: 1 }] });
    expect(await sendMessage(fixture.client, answer())).toMatchObject({ kind: 'sent' });
  });

  it('stops the community on error 5', async () => {
    fixture.sandbox.control.setFaults({ apiErrors: [{ method: 'messages.send', code: 5 }] });
    expect(await sendMessage(fixture.client, answer())).toEqual({ kind: 'communityStopped', networkCode: 5 });
  });

  it.each([
    [27, 'accessDenied', true],
    [932, 'accessDenied', false],
    [943, 'accessDenied', false],
    [944, 'accessDenied', true],
    [1012, 'conversationClosed', false],
    [1017, 'conversationClosed', false],
    [909, 'networkRefused', false],
    [920, 'networkRefused', false],
    [924, 'networkRefused', false],
  ] as const)(
    'is refused on error %i as %s, and the community goes on',
    async (networkCode, code, isRetryable) => {
      fixture.sandbox.control.setFaults({ apiErrors: [{ method: 'messages.send', code: networkCode }] });
      expect(await sendMessage(fixture.client, answer())).toEqual({
        kind: 'refused',
        code,
        networkCode,
        isRetryable,
      });
    },
  );

  it.each([14, 915, 916, 995])('is tried again after a minute on error %i', async (code) => {
    fixture.sandbox.control.setFaults({ apiErrors: [{ method: 'messages.send', code }] });
    const outcome = await sendMessage(fixture.client, answer());
    expect(outcome).toMatchObject({ kind: 'later', networkCode: code });
    expect(outcome.kind === 'later' && outcome.afterMs).toBeGreaterThanOrEqual(60_000);
  });

  it('is reported as not sent when VK cannot be reached', async () => {
    const { sandbox } = fixture;
    const client = clientOf(sandbox);
    await sandbox.close();
    expect(await sendMessage(client, answer())).toMatchObject({ kind: 'later', networkCode: null });
    fixture = await startVkFixture();
  });

  it('reports the attachment as refused when VK does not save the file', async () => {
    fixture.sandbox.control.setFaults({ apiErrors: [{ method: 'photos.saveMessagesPhoto', code: 100 }] });
    const outcome = await sendMessage(fixture.client, answer({ files: [file('photo', 'a.jpg', jpeg)] }));
    expect(outcome).toMatchObject({ kind: 'refused', code: 'attachmentRefused', networkCode: 100 });
    expect(outgoing()).toEqual([]);
  });

  it('may upload a file again after its upload was cut', async () => {
    fixture.sandbox.control.setFaults({
      cuts: [{ method: 'photos.saveMessagesPhoto', when: 'after', times: 1 }],
    });
    const message = answer({ files: [file('photo', 'a.jpg', jpeg)] });
    expect(await sendMessage(fixture.client, message)).toMatchObject({ kind: 'later' });
    expect(await sendMessage(fixture.client, message)).toMatchObject({ kind: 'sent' });
  });
});

describe('an answer whose confirmation was lost', () => {
  it('is unknown, and is found in the history when VK did the work', async () => {
    fixture.sandbox.control.setFaults({ cuts: [{ method: 'messages.send', when: 'after', times: 1 }] });
    const message = answer();
    const since = new Date();
    expect(await sendMessage(fixture.client, message)).toEqual({ kind: 'unknown' });
    expect(await findSent(fixture.client, { ...message, since })).toEqual({
      kind: 'found',
      externalId: '2',
      position: 2,
    });
    expect(outgoing()).toHaveLength(1);
  });

  it('is unknown, and is absent when VK never saw the call', async () => {
    fixture.sandbox.control.setFaults({ cuts: [{ method: 'messages.send', when: 'before', times: 1 }] });
    const message = answer();
    expect(await sendMessage(fixture.client, message)).toEqual({ kind: 'unknown' });
    expect(await findSent(fixture.client, { ...message, since: new Date() })).toEqual({ kind: 'absent' });
  });

  it('is not confused with another answer that has the same text', async () => {
    await sendMessage(fixture.client, answer({ text: 'Да' }));
    expect(await findSent(fixture.client, { ...answer({ text: 'Да' }), since: new Date() })).toEqual({
      kind: 'absent',
    });
  });

  it('stays unknown while VK does not show the history', async () => {
    fixture.sandbox.control.setFaults({ apiErrors: [{ method: 'messages.getHistory', code: 10 }] });
    expect(await findSent(fixture.client, { ...answer(), since: new Date() })).toEqual({ kind: 'unknown' });
  });
});

describe('profiles', () => {
  it('include names and deleted users, and leave out users that VK does not know', async () => {
    fixture.sandbox.control.deleteUser({ userId: boris });
    const profiles = await readProfiles(fixture.client, [String(anna), String(boris), '404404']);
    expect(profiles).toMatchObject([
      { externalUserId: String(anna), name: 'Анна Смирнова', isDeleted: false },
      { externalUserId: String(boris), isDeleted: true, avatarSourceUrl: null },
    ]);
    expect(profiles[0]?.avatarSourceUrl).toContain(fixture.sandbox.url);
  });
});

it('sends later answers although an earlier call failed', async () => {
  fixture.sandbox.control.setFaults({ cuts: [{ method: '*', when: 'before', times: 2 }] });
  await sendMessage(fixture.client, answer());
  await until('a later call to work', async () => {
    const outcome = await sendMessage(fixture.client, answer());
    return outcome.kind === 'sent';
  });
});
