/** A campaign whose steps fail: it stops no other one, says why, can be resumed and cancelled, and gives up its lease. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Campaign } from '../../../server/campaigns/campaign.model.ts';
import { createFirstRows } from '../../../server/campaigns/firstRows.ts';
import { startCampaignWorker } from '../../../server/campaigns/worker.ts';
import { until } from '../../support/until.ts';
import { type CampaignFixture, rowsFrom, startCampaigns, untilIdle } from './campaignFixture.ts';

let lists: CampaignFixture;
beforeAll(async () => {
  lists = await startCampaigns();
});
beforeEach(() => lists.asUsual());
afterAll(() => lists?.[Symbol.asyncDispose]());

const timing = { leaseMs: 60_000, queuedAhead: 100_000, firstRetryMs: 0 };
const stored = (campaign: Campaign) => lists.deps.campaigns.findById(campaign._id).orFail().lean<Campaign>();
const sealedOf = async (campaign: Campaign, block: number) =>
  (await lists.deps.campaignRows.findOne({ mailingId: campaign._id, block }).orFail().lean()).sealed;
const setSealed = (campaign: Campaign, block: number, sealed: string) =>
  lists.deps.campaignRows.updateOne({ mailingId: campaign._id, block }, { $set: { sealed } });

/** Its second block cannot be opened from now on. Returns what the block held. */
async function breakBlock(campaign: Campaign, block = 1): Promise<string> {
  const before = await sealedOf(campaign, block);
  await setSealed(campaign, block, `${before.slice(0, -8)}AAAAAAAA`);
  return before;
}

describe('a list with a block that cannot be opened', () => {
  it('fails with its reason after a few tries, while the next list is checked, sent and done', async () => {
    const { listOf, move, newWorker, sending, view } = lists;
    const broken = await listOf(rowsFrom(250));
    const other = await listOf([['+79990009001', 'x']]);
    await breakBlock(broken);
    const worker = newWorker('a', { timing });
    await untilIdle(worker);
    expect(await view(other)).toMatchObject({ state: 'ready', checked: { fit: 1 } });
    for (let step = 0; step < 6; step++) await worker.step();
    expect(await view(broken)).toMatchObject({ state: 'failed', failure: { code: 'rowsUnreadable' } });
    expect((await stored(broken)).lease).toBeNull();
    await move(other, { move: 'start' });
    await untilIdle(worker);
    await sending.work();
    await untilIdle(worker);
    expect(await view(other)).toMatchObject({ state: 'done', failure: null, statuses: { sent: 1 } });
  });

  it('is resumed where it stopped once the block can be opened', async () => {
    const { listOf, move, network, newWorker, sending, view } = lists;
    const campaign = await listOf(rowsFrom(250));
    const worker = newWorker('a', { timing });
    await untilIdle(worker);
    await move(campaign, { move: 'start' });
    const before = await breakBlock(campaign);
    for (let step = 0; step < 8; step++) await worker.step();
    // The first block of 100 rows begins with the headers.
    expect(await view(campaign)).toMatchObject({ state: 'failed', taken: { rows: 99 } });
    await setSealed(campaign, 1, before);
    await move(campaign, { move: 'resume' });
    await untilIdle(worker);
    await sending.work();
    await untilIdle(worker);
    expect(await view(campaign)).toMatchObject({ state: 'done', failure: null, statuses: { sent: 250 } });
    expect(network.accepted).toHaveLength(250);
  });

  it('can be cancelled, and its queued messages with it', async () => {
    const { listOf, move, newWorker, view } = lists;
    const campaign = await listOf(rowsFrom(250));
    const worker = newWorker('a', { timing });
    await untilIdle(worker);
    await move(campaign, { move: 'start' });
    await breakBlock(campaign);
    for (let step = 0; step < 8; step++) await worker.step();
    await move(campaign, { move: 'cancel' });
    await untilIdle(worker);
    expect(await view(campaign)).toMatchObject({
      state: 'cancelled',
      failure: null,
      statuses: { queued: 0, undelivered: 99 },
    });
  });

  it('can be cancelled before it has failed', async () => {
    const { listOf, move, newWorker, view } = lists;
    const campaign = await listOf(rowsFrom(250));
    await breakBlock(campaign, 0);
    const worker = newWorker('a', { timing: { ...timing, firstRetryMs: 60_000 } });
    await worker.step();
    expect(await view(campaign)).toMatchObject({ state: 'checking' });
    await move(campaign, { move: 'cancel' });
    await untilIdle(worker);
    expect((await view(campaign)).state).toBe('cancelled');
  });
});

it('does not count steps that fail because the store is away', async () => {
  const { listOf, newWorker, deps, view } = lists;
  const campaign = await listOf(rowsFrom(10));
  const { mongo } = await import('mongoose');
  const worker = newWorker('a', {
    timing,
    accepting: {
      ...deps.accepting,
      validate: () => Promise.reject(new mongo.MongoNetworkError('away')),
    },
  });
  for (let step = 0; step < 8; step++) await expect(worker.step()).rejects.toThrow('away');
  expect((await view(campaign)).state).toBe('checking');
  expect((await stored(campaign)).stepFailures).toBeUndefined();
});

it('gives up its leases when the worker stops, so that another process continues at once', async () => {
  const { listOf, deps, newWorker, sending, view } = lists;
  const campaign = await listOf(rowsFrom(300));
  const working = startCampaignWorker({
    ...deps,
    processId: 'first',
    firstRows: createFirstRows({ ...deps, phones: sending.phones }),
    timing: { ...timing, pollMs: 5 },
  });
  await until('its first block', async () => (await stored(campaign)).checked.nextBlock > 0);
  await working.stop();
  expect((await stored(campaign)).lease).toBeNull();
  await untilIdle(newWorker('second', { timing }));
  expect(await view(campaign)).toMatchObject({ state: 'ready', checked: { rows: 300 } });
});

describe('the sums', () => {
  it('of other campaigns are counted although those of one cannot be', async () => {
    const { listOf, move, newWorker, sending, tallies, deps, view } = lists;
    const [one, two] = [await listOf(rowsFrom(3)), await listOf([['+79990009002', 'x']])];
    const worker = newWorker('a', { timing });
    await untilIdle(worker);
    for (const each of [one, two]) await move(each, { move: 'start' });
    await untilIdle(worker);
    // Its sums are broken: numbers cannot be added to a text.
    await deps.campaigns.collection.updateOne({ _id: one._id }, { $set: { statuses: 'broken' } });
    await sending.work();
    await tallies.fold();
    expect((await view(two)).statuses).toMatchObject({ sent: 1 });
  });
});
