import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { communityModel } from '../../../server/communities/community.model.ts';
import { changeCommunity, connectCommunity } from '../../../server/communities/connectCommunity.ts';
import { openSecret, sealSecret } from '../../../server/communities/secrets.ts';
import { createSealing } from '../../../server/storage/sealing.ts';
import { startVkDesk, type VkDesk, type VkProcess } from '../channels/vk/vkDesk.ts';
import { groupId, sealing, token } from '../channels/vk/vkFixture.ts';

let desk: VkDesk;
let one: VkProcess;
beforeEach(async () => {
  desk = await startVkDesk();
  one = await desk.process({ isListening: false });
});
afterEach(() => desk[Symbol.asyncDispose]());

const viaLongPoll = { longPoll: true, webhook: false };
const connect = (withToken = token, intake = viaLongPoll) =>
  connectCommunity(one.actions, { network: 'vk', token: withToken, intake });

describe('connecting a community', () => {
  it('reads its name by its key, seals the key and enables the events that the desk needs', async () => {
    const outcome = await connect();
    expect(outcome).toMatchObject({ kind: 'done', community: { externalId: `${groupId}`, isEnabled: true } });
    const stored = await desk.community();
    expect(stored).toMatchObject({ name: 'Тестовая лавка', intake: viaLongPoll });
    expect(stored.tokenSealed).not.toContain(token);
    expect(openSecret(sealing, stored, 'token', stored.tokenSealed)).toBe(token);
    expect(desk.sandbox.control.listCommunities()[0]).toMatchObject({ longPollEnabled: true });
    expect(one.published.map(({ type }) => type)).toEqual(['community.changed']);
  });

  it('refuses a key that VK does not know, and leaves nothing behind', async () => {
    expect(await connect('guessed')).toEqual({ kind: 'tokenRejected', networkCode: 5, missingRights: [] });
    expect(await one.actions.communities.countDocuments()).toBe(0);
  });

  it('refuses a key without the needed rights, and names them', async () => {
    const connector = {
      ...one.actions.connectorOf('vk'),
      checkToken: async () => ({
        kind: 'accepted' as const,
        profile: { externalId: '1', name: 'x', screenName: null, avatarSourceUrl: null },
        missingRights: ['docs'],
      }),
    };
    const outcome = await connectCommunity(
      { ...one.actions, connectorOf: () => connector },
      { network: 'vk', token, intake: viaLongPoll },
    );
    expect(outcome).toEqual({ kind: 'tokenRejected', networkCode: null, missingRights: ['docs'] });
  });

  it('is refused when VK cannot be reached or the community is already connected', async () => {
    desk.sandbox.control.setFaults({ networkOff: true });
    expect(await connect()).toEqual({ kind: 'networkUnreachable' });
    desk.sandbox.control.clearFaults();
    await connect();
    expect(await connect()).toEqual({ kind: 'communityExists' });
  });

  it('completes a community whose connection the store had cut short', async () => {
    await connect();
    const halfway = { isEnabled: false, 'connection.state': 'connecting' as const };
    await one.actions.communities.updateOne({}, { $set: halfway });
    expect(await connect()).toMatchObject({ kind: 'done', community: { isEnabled: true } });
    expect(await one.actions.communities.countDocuments()).toBe(1);
  });

  it('leaves nothing behind when VK fails halfway', async () => {
    desk.sandbox.control.setFaults({ apiErrors: [{ method: 'groups.setLongPollSettings', code: 15 }] });
    expect(await connect()).toMatchObject({ kind: 'tokenRejected', networkCode: 15 });
    expect(await one.actions.communities.countDocuments()).toBe(0);
    desk.sandbox.control.clearFaults();
    expect(await connect()).toMatchObject({ kind: 'done' });
  });
});

describe('changing a community', () => {
  it('reuses the callback server when the webhook is enabled, disabled and enabled again', async () => {
    await connect();
    const id = (await desk.community())._id.toHexString();
    const servers = () => desk.sandbox.control.listCommunities()[0]?.callbackServers ?? [];
    for (const webhook of [true, false, true])
      await changeCommunity(one.actions, id, { intake: { longPoll: true, webhook } });
    expect(servers()).toHaveLength(1);
    expect(servers()[0]).toMatchObject({ status: 'ok' });
  });

  it('refuses the key of another community', async () => {
    await connect();
    const id = (await desk.community())._id.toHexString();
    desk.sandbox.control.createCommunity({ groupId: groupId + 1, name: 'Другая', token: 'other' });
    expect(await changeCommunity(one.actions, id, { token: 'other' })).toMatchObject({
      kind: 'tokenRejected',
    });
    expect(await changeCommunity(one.actions, '0123456789abcdef01234567', {})).toEqual({
      kind: 'communityNotFound',
    });
  });

  it('can be switched off and given a new key when the desk cannot read what it keeps of it', async () => {
    await connect(token, { longPoll: false, webhook: true });
    const { _id } = await desk.community();
    const id = _id.toHexString();
    const other = createSealing(Buffer.alloc(32, 8));
    const stored = await desk.community();
    await communityModel(desk.store.connection).updateOne(
      { _id },
      {
        $set: {
          tokenSealed: sealSecret(other, stored, 'token', token),
          webhookSecretSealed: sealSecret(other, stored, 'webhookSecret', 'secret'),
        },
      },
    );
    expect(await changeCommunity(one.actions, id, { isEnabled: false })).toMatchObject({ kind: 'done' });
    expect(await changeCommunity(one.actions, id, { isEnabled: true })).toMatchObject({
      kind: 'tokenRejected',
    });
    expect(await changeCommunity(one.actions, id, { token, isEnabled: true })).toMatchObject({
      kind: 'done',
    });
    const after = await desk.community();
    expect(openSecret(sealing, after, 'token', after.tokenSealed)).toBe(token);
    expect(openSecret(sealing, after, 'webhookSecret', after.webhookSecretSealed ?? '')).not.toBe('secret');
  });

  it('shows a disabled community as disabled', async () => {
    await connect();
    const id = (await desk.community())._id.toHexString();
    const outcome = await changeCommunity(one.actions, id, { isEnabled: false });
    expect(outcome).toMatchObject({ kind: 'done', community: { connection: { state: 'disabled' } } });
    expect(await changeCommunity(one.actions, id, { isEnabled: true })).toMatchObject({
      community: { connection: { state: 'connecting' }, isEnabled: true },
    });
  });
});
