import { Types } from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { advanceCheckpoint } from '../../../server/communities/checkpoint.ts';
import { type Community, communityModel } from '../../../server/communities/community.model.ts';
import { toCommunitySettings, toCommunityView } from '../../../server/communities/communityView.ts';
import { setConnection } from '../../../server/communities/connection.ts';
import { claimLease, releaseLease, renewLease, usualLeaseTimes } from '../../../server/communities/lease.ts';
import { findCommunity } from '../../../server/communities/listCommunities.ts';
import type { Change } from '../../../shared/events.ts';
import { communitySettings, communityView } from '../../../shared/schemas/community.ts';
import { openTestStore, type TestStore } from '../../support/store.ts';
import { until } from '../../support/until.ts';

let store: TestStore;
let community: Community;
const communities = () => communityModel(store.connection);
beforeAll(async () => {
  store = await openTestStore();
  await store.build([communities()] as never);
});
afterAll(() => store[Symbol.asyncDispose]());

let groupId = 100;
beforeEach(async () => {
  groupId += 1;
  const created = await communities().create({
    companyId: new Types.ObjectId(),
    network: 'vk',
    externalId: String(groupId),
    name: 'Лавка',
    avatarSourceUrl: 'https://vk.example/a.jpg',
    tokenSealed: 'sealed token',
    webhookSecretSealed: 'sealed secret',
    intake: { longPoll: true, webhook: false },
    isEnabled: true,
    connection: { state: 'connecting', since: new Date(), stopReason: null, networkCode: null },
    createdAt: new Date(),
  });
  community = created.toObject();
});

const now = () => communities().findById(community._id).orFail().lean<Community>();
const LONG_MS = 60_000;

describe('a lease', () => {
  it('goes to one of many processes that claim it at once', async () => {
    const owners = Array.from({ length: 10 }, (_, index) => `process-${index}`);
    const claimed = await Promise.all(
      owners.map((owner) => claimLease(communities(), community._id, owner, LONG_MS)),
    );
    expect(claimed.filter(Boolean)).toHaveLength(1);
    expect((await now()).lease?.owner).toBe(owners[claimed.indexOf(true)]);
  });

  it('can be claimed again by its owner, and renewed by no other process', async () => {
    expect(await claimLease(communities(), community._id, 'a', LONG_MS)).toBe(true);
    expect(await claimLease(communities(), community._id, 'a', LONG_MS)).toBe(true);
    expect(await renewLease(communities(), community._id, 'a', LONG_MS)).toBe(true);
    expect(await renewLease(communities(), community._id, 'b', LONG_MS)).toBe(false);
    expect(await claimLease(communities(), community._id, 'b', LONG_MS)).toBe(false);
  });

  it('can be claimed by another process once it is released or expires', async () => {
    await claimLease(communities(), community._id, 'a', LONG_MS);
    await releaseLease(communities(), community._id, 'b');
    expect((await now()).lease?.owner).toBe('a');
    await releaseLease(communities(), community._id, 'a');
    expect(await claimLease(communities(), community._id, 'b', 50)).toBe(true);
    await until('the lease to expire', () => claimLease(communities(), community._id, 'c', LONG_MS));
    expect(await renewLease(communities(), community._id, 'b', LONG_MS)).toBe(false);
  });

  it('is free for another process within 10 s of a crash, and survives two failed renewals', () => {
    const { leaseMs, renewEveryMs, lookEveryMs } = usualLeaseTimes;
    expect(leaseMs + lookEveryMs).toBeLessThan(10_000);
    expect(renewEveryMs * 3).toBeLessThan(leaseMs);
  });

  it('cannot be claimed or renewed for a disabled community', async () => {
    await claimLease(communities(), community._id, 'a', LONG_MS);
    await communities().updateOne({ _id: community._id }, { $set: { isEnabled: false } });
    expect(await renewLease(communities(), community._id, 'a', LONG_MS)).toBe(false);
    expect(await claimLease(communities(), community._id, 'a', LONG_MS)).toBe(false);
  });
});

describe('a checkpoint', () => {
  it('advances only for the owner of the lease', async () => {
    await claimLease(communities(), community._id, 'a', LONG_MS);
    const at = new Date();
    expect(await advanceCheckpoint(communities(), community._id, 'a', { ts: '5', at, lastEventAt: at })).toBe(
      true,
    );
    expect(await advanceCheckpoint(communities(), community._id, 'b', { ts: '9', at })).toBe(false);
    expect(await now()).toMatchObject({ checkpoint: { ts: '5', at }, lastEventAt: at });
  });
});

describe("a connection's state", () => {
  const published: Change[] = [];
  const set = (update: Parameters<typeof setConnection>[2], tokenSealed = community.tokenSealed) =>
    setConnection(
      { communities: communities(), publish: (change) => published.push(change) },
      { _id: community._id, tokenSealed },
      update,
    );
  beforeEach(() => published.splice(0));

  it('is published only when it changes', async () => {
    expect(await set({ state: 'live' })).toBe(true);
    const { since } = (await now()).connection;
    expect(await set({ state: 'live' })).toBe(false);
    expect((await now()).connection.since).toEqual(since);
    expect(published).toHaveLength(1);
    expect(communityView.parse((published[0] as { community: unknown }).community)).toMatchObject({
      connection: { state: 'live', stopReason: null, networkCode: null },
    });
  });

  it('stays stopped until the token is changed', async () => {
    await set({ state: 'stopped', stopReason: 'tokenRejected', networkCode: 5 });
    expect(await set({ state: 'live' })).toBe(false);
    expect((await now()).connection).toMatchObject({ state: 'stopped', networkCode: 5 });
  });

  it('is not changed by the result of an older token', async () => {
    expect(await set({ state: 'stopped', stopReason: 'tokenRejected', networkCode: 5 }, 'older')).toBe(false);
    expect((await now()).connection.state).toBe('connecting');
  });

  it('is not changed while the community is disabled', async () => {
    await communities().updateOne({ _id: community._id }, { $set: { isEnabled: false } });
    expect(await set({ state: 'live' })).toBe(false);
  });
});

describe('a community on a screen', () => {
  it('has no secrets, and its avatar is served by the desk', () => {
    const view = toCommunityView(community);
    expect(communityView.strict().parse(view)).toEqual(view);
    expect(JSON.stringify(view)).not.toMatch(/sealed|vk\.example/);
    expect(view.avatarUrl).toBe(`/media/communities/${community._id.toHexString()}`);
  });

  it('shows an administrator the address of its webhook', () => {
    const settings = toCommunitySettings(community, 'https://desk.example/');
    expect(communitySettings.strict().parse(settings)).toEqual(settings);
    expect(settings).toMatchObject({
      webhookUrl: `https://desk.example/webhooks/vk/${community._id.toHexString()}`,
      hasToken: true,
      hasWebhookSecret: true,
    });
  });

  it('is not found by a malformed id', async () => {
    expect(await findCommunity(communities(), '../etc')).toBeNull();
    expect(await findCommunity(communities(), community._id.toHexString())).toMatchObject({ name: 'Лавка' });
  });
});

it('stores a community once per network and group', async () => {
  const { _id, ...rest } = community;
  await expect(communities().create(rest)).rejects.toMatchObject({ code: 11000 });
});
