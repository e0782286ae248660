import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readAttachments } from '../../../../server/channels/vk/attachments.ts';
import { toNetworkMessage } from '../../../../server/channels/vk/parse.ts';
import { readUpdate } from '../../../../server/channels/vk/readUpdate.ts';
import { type VkUpdate, vkUpdate } from '../../../../server/channels/vk/schema.ts';
import { attachmentTypes, sampleAttachment } from '../../../../server/sandbox/attachments.ts';
import { limits } from '../../../../shared/limits.ts';
import { attachmentKinds } from '../../../../shared/schemas/message.ts';

function sample(name: string): VkUpdate {
  return vkUpdate.parse(
    JSON.parse(readFileSync(new URL(`../../../samples/vk/${name}.json`, import.meta.url), 'utf8')),
  );
}

function message(name: string) {
  const read = readUpdate(sample(name));
  if (read.kind !== 'message') throw new Error(`${name} was read as ${read.kind}`);
  return toNetworkMessage(read.message, false);
}

const event = (name: string) => {
  const read = readUpdate(sample(name));
  return read.kind === 'event' ? read.event : read;
};

describe("a client's message", () => {
  it('is read with its author, position and time', () => {
    expect(message('message-new')).toEqual({
      peerId: '501',
      externalId: '12',
      position: 12,
      direction: 'in',
      authorExternalId: '501',
      isFromAdministrator: false,
      randomId: null,
      text: 'Где мой заказ?',
      attachments: [],
      replyTo: null,
      forwarded: [],
      sentAt: new Date(1795471973000),
      editedAt: null,
      isBackfilled: false,
    });
  });

  it('is the same below version 5.103, where VK does not wrap it', () => {
    expect(message('message-new-unwrapped-below-5-103')).toEqual(message('message-new'));
  });

  it('may be a photo without text, shown by its largest copy', () => {
    expect(message('reply-without-text')).toMatchObject({
      text: '',
      attachments: [
        {
          kind: 'photo',
          sourceUrl: 'https://sun9-1.userapi.com/w.jpg',
          previewSourceUrl: 'https://sun9-1.userapi.com/x.jpg',
          linkUrl: 'https://vk.ru/photo501_457239017',
          widthPx: 1600,
          heightPx: 1067,
        },
      ],
    });
  });

  it('includes the message that it quotes', () => {
    expect(message('reply-to-our-message').replyTo).toEqual({
      externalId: '11',
      authorExternalId: '-77',
      text: 'Заказ 4512 передан курьеру',
      attachmentKinds: ['document'],
    });
  });

  it('has no id for a quote from another dialogue, whose number would be wrong here', () => {
    expect(message('reply-to-message-of-another-dialogue').replyTo).toMatchObject({
      externalId: null,
      text: 'другой разговор',
    });
  });

  it('includes nested forwarded messages, and leaves out unreadable ones', () => {
    expect(message('forwarded-nested').forwarded).toMatchObject([
      {
        authorExternalId: '502',
        text: 'первое',
        attachments: [{ kind: 'sticker', sourceUrl: 'https://vk.com/sticker/512.png' }],
        forwarded: [{ authorExternalId: '-77', text: 'внутри' }],
      },
    ]);
  });

  it("includes a pressed button's payload as text", () => {
    expect(message('payload-of-a-text-button').payload).toBe('{"message":"65f0","button":2}');
    expect(message('payload-not-json').payload).toBe('start');
    expect(message('message-new')).not.toHaveProperty('payload');
  });

  it('includes a place on the map', () => {
    expect(message('geo-with-place').attachments).toEqual([
      {
        kind: 'location',
        vendorType: 'geo',
        title: 'Дворцовая площадь',
        latitude: 59.9386,
        longitude: 30.3141,
      },
    ]);
  });

  it("includes Notify's tag when VK sends it", () => {
    expect(message('message-tag-of-notify').tag).toBe('session-8812');
  });

  it('keeps markup, emoji and right-to-left marks exactly as they were written', () => {
    expect(message('markup-emoji-and-rtl-in-text').text).toBe(
      '<script>alert(1)</script> 👩‍👩‍👧 שלום \u202eabc &amp; [id1|Павел]',
    );
  });

  it('is not lost because of a text of the wrong type', () => {
    expect(message('text-is-a-number').text).toBe('');
  });

  it('may have any length up to the limit, or no text', () => {
    const update = sample('message-new') as { object: { message: { text: string } } } & VkUpdate;
    for (const length of [0, 9_000, limits.incomingTextChars]) {
      update.object.message.text = 'ж'.repeat(length);
      const read = readUpdate(update);
      expect(read.kind === 'message' && toNetworkMessage(read.message, false).text.length).toBe(length);
    }
  });
});

describe("the community's own message", () => {
  it('is recognised although VK omits `out`, with the `random_id` that the desk gave it', () => {
    expect(message('out-left-away')).toMatchObject({ direction: 'out', randomId: '884422' });
  });

  it('is attributed to an administrator when VK names one', () => {
    expect(message('answer-by-an-administrator')).toMatchObject({
      direction: 'out',
      isFromAdministrator: true,
      authorExternalId: '9001',
    });
  });
});

describe('other events', () => {
  it('are converted to the events of the desk', () => {
    expect(readUpdate(sample('edit-of-a-message'))).toMatchObject({ kind: 'message', isEdit: true });
    expect(message('edit-of-a-message').editedAt).toEqual(new Date(1795472000000));
    expect(event('read-by-the-client')).toEqual({
      type: 'read',
      peerId: '501',
      by: 'client',
      upToPosition: 11,
    });
    expect(event('read-by-the-company')).toMatchObject({ by: 'company', upToPosition: 12 });
    expect(event('typing')).toEqual({ type: 'typing', peerId: '501' });
    expect(event('reaction-taken-back')).toEqual({
      type: 'reactionChanged',
      peerId: '501',
      externalId: '11',
      by: 'client',
      reactionId: null,
    });
    expect(event('reaction-by-the-community')).toMatchObject({ by: 'company', reactionId: 3 });
    expect(event('allow')).toEqual({ kind: 'permission', peerId: '501', canWrite: true });
    expect(event('deny')).toEqual({ kind: 'permission', peerId: '501', canWrite: false });
    expect(event('callback-button-with-object-payload')).toMatchObject({
      kind: 'button',
      userId: 501,
      eventId: '4c1f0a9b',
      event: { type: 'callbackButtonPressed', externalId: '11', payload: '{"order":4512}' },
    });
  });

  it('are ignored when they are not for the desk', () => {
    expect(event('unknown-event-type')).toEqual({ kind: 'ignored', reason: 'unknownType' });
    expect(event('chat-of-many-people')).toEqual({ kind: 'ignored', reason: 'notOnePerson' });
    expect(event('typing-by-the-community')).toEqual({ kind: 'ignored', reason: 'notOnePerson' });
  });

  it('report the names of unreadable fields, never their values', () => {
    const read = event('message-without-number');
    expect(read).toEqual({ kind: 'unreadable', issues: ['conversation_message_id: invalid_type'] });
  });
});

describe('attachments', () => {
  it('of an unknown type keep the name of the type, and malformed ones never lose the message', () => {
    expect(message('unknown-attachment-type').attachments).toEqual([
      { kind: 'unknown', vendorType: 'hologram' },
      { kind: 'unknown', vendorType: 'unreadable' },
      { kind: 'unknown', vendorType: 'unreadable' },
      { kind: 'photo', vendorType: 'photo' },
      { kind: 'unknown', vendorType: '__proto__' },
    ]);
  });

  it('keep page links over https only, and files over http or https only', () => {
    const [script, local, page] = message('links-with-other-schemes').attachments;
    expect(script).toMatchObject({ kind: 'link', title: 'Нажми' });
    expect(script).not.toHaveProperty('linkUrl');
    expect(local).not.toHaveProperty('sourceUrl');
    expect(page).toMatchObject({ linkUrl: 'https://example.org/page', description: 'О доставке' });
  });

  const known: Record<string, string> = {
    photo: 'photo',
    video: 'video',
    video_playlist: 'playlist',
    audio: 'audio',
    audio_message: 'voice',
    doc: 'document',
    sticker: 'sticker',
    graffiti: 'graffiti',
    link: 'link',
    market: 'product',
    wall: 'post',
    wall_reply: 'comment',
    article: 'article',
    poll: 'poll',
    podcast: 'podcast',
    podcasts: 'podcast',
    call: 'call',
    gift: 'gift',
  };
  it.each(Object.entries(known))('of type %s are shown as %s', (type, kind) => {
    expect(attachmentTypes).toContain(type);
    const sent = JSON.stringify(sampleAttachment(type, { ownerId: 501, id: 9 }));
    const [attachment] = readAttachments([JSON.parse(sent.replaceAll('sandbox:/', 'https://vk.example/'))]);
    expect(attachment).toMatchObject({ kind, vendorType: type });
    expect(Object.keys(attachment ?? {}).length).toBeGreaterThan(2);
    expect(attachmentKinds).toContain(kind);
  });

  it.each(attachmentTypes.filter((type) => !(type in known)))(
    'of type %s are shown as a placeholder',
    (type) => {
      const [attachment] = readAttachments([sampleAttachment(type, { ownerId: 501, id: 9 })]);
      expect(attachment?.vendorType).toBe(type);
    },
  );
});
