/** Images of templates by a community's own API: uploaded once, whoever sends, until the network no longer knows them. */
import { Readable } from 'node:stream';
import { Types } from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { uploadedImageModel } from '../../../../server/channels/images/uploadedImage.model.ts';
import type { CommunityRef } from '../../../../server/communities/communityRef.ts';
import type {
  OutgoingService,
  ServiceChannel,
} from '../../../../server/serviceMessages/sending/serviceChannel.ts';
import { anyCall } from '../anyCall.ts';
import { startVkDesk, type VkDesk } from '../vk/vkDesk.ts';
import { anna, groupId } from '../vk/vkFixture.ts';

let desk: VkDesk;
let one: ServiceChannel;
let other: ServiceChannel;
let ref: CommunityRef;
beforeAll(async () => {
  desk = await startVkDesk();
  await desk.store.build([uploadedImageModel(desk.store.connection)] as never);
  const [first, second] = [
    await desk.process({ isListening: false }),
    await desk.process({ isListening: false }),
  ];
  const { _id } = await desk.connect(first);
  ref = { id: _id.toHexString(), network: 'vk', externalId: String(groupId) };
  [one, other] = [first, second].map(({ vk }) =>
    vk.openServiceChannel({ userIdOf: async () => String(anna), imagesOf: async (ids) => ids.map(fileOf) }),
  ) as [ServiceChannel, ServiceChannel];
  desk.sandbox.control.clientSends({ groupId, userId: anna, text: 'Здравствуйте' });
});
afterAll(() => desk[Symbol.asyncDispose]());
beforeEach(() => desk.sandbox.control.clearFaults());

/** The smallest JPEG with two different sides: 2 by 1. */
const jpeg = Buffer.from(
  'ffd8ffe000104a46494600010100000100010000ffc0000b080001000201011100ffc40014000100000000000000000000000000000009ffda0008010100003f0054dfffd9',
  'hex',
);
const fileOf = (imageId: string) => ({
  kind: 'photo' as const,
  fileName: `${imageId}.jpeg`,
  contentType: 'image/jpeg',
  sizeBytes: jpeg.length,
  open: () => Readable.from([jpeg]),
});

function message(imageIds: string[]): OutgoingService {
  const messageId = new Types.ObjectId();
  return {
    tryKey: `${messageId.toHexString()}.vk`,
    messageId,
    phone: '+79990000001',
    templateId: new Types.ObjectId(),
    templateName: 'orderReady',
    templateVersion: 1,
    variables: {},
    text: messageId.toHexString(),
    buttons: [],
    imageIds,
    direction: 'twoWay',
    deliveryPolicy: 'any',
  };
}
const send = (channel: ServiceChannel, messages: OutgoingService[], mostMs = 60_000) =>
  channel.send(ref, messages, anyCall({ mostMs }));
const calls = (method: string) => desk.sandbox.control.counters({ groupId }).apiCalls[method] ?? 0;
const uploads = () => calls('photos.saveMessagesPhoto');
const rows = () => uploadedImageModel(desk.store.connection);
const shownOf = ({ text }: OutgoingService) =>
  desk.sandbox.control
    .snapshot({ groupId, userId: anna })
    .messages.filter((each) => each.text === text)
    .map(({ attachments }) => attachments?.map(({ type }) => type));
/** As if the images had been uploaded so long ago. */
const age = (seconds: number) =>
  rows().updateMany({}, { $set: { uploadedAt: new Date(Date.now() - seconds * 1000) } });

describe('an image of a template', () => {
  it('is uploaded once for all messages of a community, and comes with each of them', async () => {
    const before = uploads();
    const messages = Array.from({ length: 12 }, () => message(['a', 'b']));
    const outcomes = await send(one, messages);
    expect(outcomes.map(({ kind }) => kind)).toEqual(Array(12).fill('sent'));
    expect(uploads() - before).toBe(2);
    for (const each of messages) expect(shownOf(each)).toEqual([['photo', 'photo']]);
  });

  it('is not uploaded again by another process, nor after a restart', async () => {
    const before = uploads();
    expect(await send(other, [message(['a', 'b'])])).toMatchObject([{ kind: 'sent' }]);
    expect(uploads()).toBe(before);
  });

  it('may be uploaded by two processes at once', async () => {
    const [left, right] = [message(['c']), message(['c'])];
    const outcomes = await Promise.all([send(one, [left]), send(other, [right])]);
    expect(outcomes.flat().map(({ kind }) => kind)).toEqual(['sent', 'sent']);
    expect([shownOf(left), shownOf(right)]).toEqual([[['photo']], [['photo']]]);
    expect(await rows().countDocuments({ _id: `${ref.id} c` })).toBe(1);
  });

  it('is deleted from the list by the database after a day', async () => {
    const indexes = await rows().collection.indexes();
    expect(indexes).toContainEqual(
      expect.objectContaining({ key: { uploadedAt: 1 }, expireAfterSeconds: 24 * 3600 }),
    );
  });
});

describe('a message that VK refuses because of its images', () => {
  it('is tried again with new uploads', async () => {
    await send(one, [message(['d'])]);
    await age(3600);
    const before = uploads();
    desk.sandbox.control.setFaults({ apiErrors: [{ method: 'messages.send', code: 100, times: 1 }] });
    const refused = message(['d']);
    expect(await send(one, [refused])).toMatchObject([{ kind: 'later' }]);
    expect(await send(one, [refused])).toMatchObject([{ kind: 'sent' }]);
    expect(uploads() - before).toBe(1);
  });

  it('is refused when new uploads do not help', async () => {
    await send(one, [message(['e'])]);
    await age(3600);
    const before = uploads();
    desk.sandbox.control.setFaults({ apiErrors: [{ method: 'messages.send', code: 100 }] });
    const refused = message(['e']);
    expect(await send(one, [refused])).toMatchObject([{ kind: 'later' }]);
    // The network may still process them.
    expect(await send(one, [refused])).toMatchObject([{ kind: 'later' }]);
    await age(30);
    expect(await send(one, [refused])).toMatchObject([{ kind: 'undelivered', code: 'contentRefused' }]);
    expect(uploads() - before).toBe(1);
  });

  it('is refused at once when it has none', async () => {
    desk.sandbox.control.setFaults({ apiErrors: [{ method: 'messages.send', code: 100 }] });
    expect(await send(one, [message([])])).toMatchObject([{ kind: 'undelivered' }]);
  });
});

it('keeps the image of a message that expired during the upload, for the next one', async () => {
  const before = uploads();
  desk.sandbox.control.setFaults({ uploadBytesPerSecond: 200 });
  expect(await send(one, [message(['f'])], 1_000)).toMatchObject([{ kind: 'later' }]);
  expect(uploads()).toBe(before);
  desk.sandbox.control.clearFaults();
  const next = message(['f']);
  expect(await send(one, [next])).toMatchObject([{ kind: 'sent' }]);
  expect(uploads() - before).toBe(1);
  expect(shownOf(next)).toEqual([['photo']]);
});
