import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CommunityRef } from '../../../../server/communities/communityRef.ts';
import type { Channel } from '../../../../server/conversations/outbox/channel.ts';
import { startVkDesk, type VkDesk } from './vkDesk.ts';
import { anna, groupId } from './vkFixture.ts';

let desk: VkDesk;
let channel: Channel;
let ref: CommunityRef;
beforeAll(async () => {
  desk = await startVkDesk();
  const one = await desk.process({ isListening: false });
  const { _id } = await desk.connect(one);
  ref = { id: _id.toHexString(), network: 'vk', externalId: String(groupId) };
  channel = one.vk.channel;
  for (const text of ['1', '2', '3']) desk.sandbox.control.clientSends({ groupId, userId: anna, text });
});
afterAll(() => desk[Symbol.asyncDispose]());

const phone = () => desk.sandbox.control.snapshot({ groupId, userId: anna });

it('shows the client how far the company has read', async () => {
  await channel.markRead(ref, String(anna), '2');
  expect(phone()).toMatchObject({ inReadCmid: 2, unreadCount: 1 });
});

it('shows the client that somebody is typing', async () => {
  await channel.showTyping(ref, String(anna));
  expect(phone().activity?.type).toBe('typing');
});

it('returns the names of clients', async () => {
  expect(await channel.profiles(ref, [String(anna)])).toMatchObject([{ name: 'Анна Смирнова' }]);
});

it('fails with the code only, without the parameters of the call', async () => {
  desk.sandbox.control.setFaults({ apiErrors: [{ method: 'messages.setActivity', code: 917 }] });
  const error = await channel.showTyping(ref, String(anna)).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ name: 'VkCallError', networkCode: 917 });
  expect(JSON.stringify(error)).not.toContain(String(anna));
  desk.sandbox.control.clearFaults();
});

it('sends nothing for a community that does not exist', async () => {
  const gone = { ...ref, id: '0123456789abcdef01234567' };
  const message = { peerId: String(anna), randomId: 5, text: 'x', files: [], replyToExternalId: null };
  expect(await channel.send(gone, message)).toMatchObject({ kind: 'communityStopped' });
  await expect(channel.markRead(gone, String(anna), '1')).rejects.toThrow('does not exist');
});
