/** Campaigns under crashes, pauses and cancelling: every row is sent or refused once, and the sums are exact. */
import { Types } from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readCampaign } from '../../../server/campaigns/campaigns.ts';
import { firstRefused } from '../../../server/campaigns/refusedRows.ts';
import { senderKeyOf } from '../../../server/campaigns/tallies.ts';
import type { CampaignWorkerDeps } from '../../../server/campaigns/worker.ts';
import {
  type CampaignFixture,
  dies,
  phoneOf,
  rowsFrom,
  startCampaigns,
  untilIdle,
} from './campaignFixture.ts';

let lists: CampaignFixture;
beforeAll(async () => {
  lists = await startCampaigns();
});
beforeEach(() => lists.asUsual());
afterAll(() => lists?.[Symbol.asyncDispose]());

describe('a running campaign', () => {
  it('sends each row once and none twice when processes die in every step', async () => {
    const { letLeasesRunOut, listOf, move, network, newWorker, deps, sending, view } = lists;
    const rows = [...rowsFrom(250), ['пусто', 'x']];
    const campaign = await listOf(rows);
    let deaths = 0;
    // Dies before the messages are stored, after some, after all, and after the refusals are written.
    const plans: Partial<CampaignWorkerDeps>[] = [
      { accepting: { ...deps.accepting, accept: dies, validate: dies } },
      {
        accepting: {
          ...deps.accepting,
          accept: async (sender, items) => {
            await deps.accepting.accept(sender, items.slice(0, items.length / 3));
            return dies();
          },
        },
      },
      {
        accepting: {
          ...deps.accepting,
          accept: async (sender, items) => {
            await deps.accepting.accept(sender, items);
            return dies();
          },
        },
      },
      {
        campaigns: new Proxy(deps.campaigns, {
          get: (model, key) => (key === 'collection' ? { updateOne: dies } : Reflect.get(model, key, model)),
        }),
      },
    ];
    await untilIdle(newWorker('dry run'));
    expect((await view(campaign)).checked).toMatchObject({
      rows: 251,
      fit: 250,
      refused: [{ code: 'phoneInvalid', count: 1 }],
    });
    await move(campaign, { move: 'start' });
    for (let round = 0; round < 3; round++)
      for (const [at, plan] of plans.entries()) {
        const worker = newWorker(`doomed ${round} ${at}`, plan);
        deaths += await untilIdle(worker).then(
          () => 0,
          () => 1,
        );
        await letLeasesRunOut();
        // In each round one process lives long enough for a step.
        if (at === 3) await newWorker(`lives ${round}`).step();
        await letLeasesRunOut();
        await sending.work();
      }
    expect(deaths).toBeGreaterThan(6);
    await untilIdle(newWorker('last'));
    await sending.work();
    await sending.tend();
    await untilIdle(newWorker('last'));

    const done = await view(campaign);
    expect(done).toMatchObject({ state: 'done', statuses: { queued: 0, sent: 250 } });
    expect(done.taken).toEqual({ rows: 251, fit: 250, refused: [{ code: 'phoneInvalid', count: 1 }] });
    const phones = network.accepted.map(({ phone }) => phone);
    expect(phones).toHaveLength(250);
    expect(new Set(phones).size).toBe(250);
    expect(await firstRefused(deps, (await readCampaign(deps, done.id, 'all'))!)).toMatchObject([
      { row: 252, code: 'phoneInvalid' },
    ]);
  });

  it('continues where another process stopped, and two processes at once hand over no block twice', async () => {
    const { letLeasesRunOut, listOf, move, network, newWorker, sending, view } = lists;
    const campaign = await listOf(rowsFrom(320));
    await Promise.all([untilIdle(newWorker('a')), untilIdle(newWorker('b'))]);
    await letLeasesRunOut();
    await untilIdle(newWorker('a'));
    await move(campaign, { move: 'start' });
    const [a, b] = [newWorker('a'), newWorker('b')];
    for (let round = 0; round < 6; round++) {
      await Promise.all([a.step(), b.step()]);
      if (round % 2 === 0) await letLeasesRunOut();
      await sending.work();
    }
    await letLeasesRunOut();
    await untilIdle(a);
    await sending.work();
    await untilIdle(a);
    expect(await view(campaign)).toMatchObject({ state: 'done', taken: { rows: 320, fit: 320 } });
    expect(new Set(network.accepted.map(({ phone }) => phone)).size).toBe(320);
    expect(network.accepted).toHaveLength(320);
  });

  it('counts the block that is being handed over when it is paused, and hands over no other', async () => {
    const { listOf, move, newWorker, deps, sending, view } = lists;
    const campaign = await listOf(rowsFrom(200));
    await untilIdle(newWorker('a'));
    await move(campaign, { move: 'start' });
    const worker = newWorker('a', {
      accepting: {
        ...deps.accepting,
        accept: async (sender, items) => {
          await move(campaign, { move: 'pause' });
          return deps.accepting.accept(sender, items);
        },
      },
    });
    await untilIdle(worker);
    // The first block of a hundred rows has the headers too.
    expect(await view(campaign)).toMatchObject({ state: 'paused', taken: { rows: 99, fit: 99 } });
    await sending.work();
    expect((await view(campaign)).statuses).toEqual({ queued: 99 });
    await move(campaign, { move: 'resume' });
    await untilIdle(newWorker('a'));
    await sending.work();
    await untilIdle(newWorker('a'));
    expect(await view(campaign)).toMatchObject({ state: 'done', statuses: { queued: 0, sent: 200 } });
  });

  it('is cancelled while it runs: waiting messages are cancelled, sent ones end, the sums are exact', async () => {
    const { letLeasesRunOut, listOf, move, network, newWorker, deps, sending, view } = lists;
    const campaign = await listOf(rowsFrom(270));
    await untilIdle(newWorker('a'));
    await move(campaign, { move: 'start' });
    await newWorker('a').step();
    await sending.work();
    // One process dies with the next block half handed over, and meanwhile the campaign is cancelled.
    const worker = newWorker('a', {
      accepting: {
        ...deps.accepting,
        accept: async (sender, items) => {
          await deps.accepting.accept(sender, items.slice(0, 40));
          await move(campaign, { move: 'cancel' });
          return dies();
        },
      },
    });
    await expect(untilIdle(worker)).rejects.toThrow('died');
    network.behaves.vk = 'callerDiesAfter';
    await sending.work();
    await letLeasesRunOut();
    await untilIdle(newWorker('b'));
    const between = await view(campaign);
    expect(between.taken).toMatchObject({ rows: 139, fit: 139 });
    network.behaves.vk = 'takes';
    await sending.serviceMessages.updateMany(
      { 'outbox.phase': 'calling' },
      { $set: { 'outbox.dueAt': new Date(1) } },
    );
    await sending.work();
    await untilIdle(newWorker('b'));
    const over = await view(campaign);
    expect(over.state).toBe('cancelled');
    const { sent = 0, undelivered = 0, queued } = over.statuses;
    expect({ queued, gone: sent + undelivered }).toEqual({ queued: 0, gone: 139 });
    expect(sent).toBe(network.accepted.length);
    expect(sent).toBeGreaterThanOrEqual(99);
    expect(
      await sending.serviceMessages.countDocuments({
        senderKey: senderKeyOf(campaign._id),
        status: 'queued',
      }),
    ).toBe(0);
  });

  it('takes no worker step before its start time, and then runs', async () => {
    const { listOf, move, newWorker, view } = lists;
    const later = await listOf(rowsFrom(2));
    await untilIdle(newWorker('a'));
    const startAt = new Date(Date.now() + 3600_000);
    await move(later, { move: 'start', startAt: startAt.toISOString() });
    const worker = newWorker('a');
    expect(await worker.step(new Date(startAt.getTime() - 1))).toBe(false);
    expect((await view(later)).taken.rows).toBe(0);
    await worker.step(startAt);
    await untilIdle(worker);
    expect((await view(later)).taken.rows).toBe(2);
  });
});

describe('a phone that is twice in a list', () => {
  it('is refused in the later row, in the dry run and in the sending, also by another process', async () => {
    const { letLeasesRunOut, listOf, move, newWorker, deps, view } = lists;
    const rows = rowsFrom(230);
    rows[150] = [phoneOf(3).replace('+7', '8'), 'другой заказ'];
    rows[220] = [phoneOf(210), 'x'];
    rows[225] = [phoneOf(3), 'x'];
    const campaign = await listOf(rows);
    const twice = [{ code: 'duplicateInList', count: 3 }];
    await untilIdle(newWorker('a'));
    expect((await view(campaign)).checked).toEqual({ rows: 230, fit: 227, refused: twice });
    await move(campaign, { move: 'start' });
    // A new process handles each block.
    for (let block = 0; block < 3; block++) {
      await letLeasesRunOut();
      await newWorker(`process ${block}`).step();
    }
    const accepted = await view(campaign);
    expect(accepted.taken).toEqual({ rows: 230, fit: 227, refused: twice });
    const refused = await firstRefused(deps, (await readCampaign(deps, accepted.id, 'all'))!);
    expect(refused.map(({ row, reason }) => [row, reason.ru])).toEqual([
      [152, 'Этот номер уже был в строке 5'],
      [222, 'Этот номер уже был в строке 212'],
      [227, 'Этот номер уже был в строке 5'],
    ]);
  });
});

describe('the sums of a campaign', () => {
  it('stay exact when transitions come twice, late and out of order, and two processes fold at once', async () => {
    const { listOf, move, newWorker, deps, sending, tallies, view } = lists;
    const campaign = await listOf(rowsFrom(1_300));
    await untilIdle(newWorker('a'));
    await move(campaign, { move: 'start' });
    await untilIdle(newWorker('a'));
    const messages = await sending.serviceMessages.find({ senderKey: senderKeyOf(campaign._id) }).lean();
    const transitions = messages.flatMap((message) => [
      { ...message, sequence: 2, status: 'delivered' as const },
      { ...message, sequence: 1, status: 'sent' as const },
      { ...message, sequence: 2, status: 'delivered' as const },
    ]);
    for (let at = 0; at < transitions.length; at += 700)
      await Promise.all([
        tallies.onTransition(transitions.slice(at, at + 700)),
        tallies.onTransition(transitions.slice(at, at + 300)),
        tallies.fold(),
        tallies.fold(),
      ]);
    await tallies.onTransition([{ ...messages[0]!, sequence: 3, status: 'read' }]);
    expect((await view(campaign)).statuses).toEqual({ queued: 0, delivered: 1_299, read: 1 });
    const stored = await deps.campaigns.findById(new Types.ObjectId(campaign._id)).orFail().lean();
    expect(Object.keys(stored.folded ?? {}).sort()).toEqual(['t0', 't1']);
    expect(Object.values(stored.pace).reduce((sum, count) => sum + count, 0)).toBe(1_300);
    expect(await deps.campaignTallies.countDocuments({ dirtyAt: { $exists: true } })).toBe(0);
  });
});

it('sends through the communities of the person who brought the list, and through no other', async () => {
  const { listOf, move, newWorker, sending } = lists;
  const campaign = await listOf(rowsFrom(3), 100, [sending.ok.id]);
  await untilIdle(newWorker('dry run'));
  await move(campaign, { move: 'start' });
  await untilIdle(newWorker('run'));
  const messages = await sending.serviceMessages.find({ senderKey: senderKeyOf(campaign._id) }).lean();
  expect(messages.map(({ communityId, route }) => [communityId, route.length])).toEqual(
    messages.map(() => [new Types.ObjectId(sending.ok.id), 1]),
  );
  expect(messages).toHaveLength(3);
});
