/** A list that is paused: from the answer on nothing of it is handed over that no sender had claimed before. */
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Campaign } from '../../../server/campaigns/campaign.model.ts';
import { waitingOf } from '../../../server/campaigns/cancelQueued.ts';
import { resolveHeld } from '../../../server/campaigns/heldMessages.ts';
import { senderKeyOf } from '../../../server/campaigns/tallies.ts';
import { nextBatch } from '../../../server/serviceMessages/nextBatch.ts';
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

/** Its rows are in the queue, and nothing was sent. */
async function queuedList(rows = 250): Promise<Campaign> {
  const { listOf, move, newWorker } = lists;
  const campaign = await listOf(rowsFrom(rows));
  await untilIdle(newWorker('a'));
  await move(campaign, { move: 'start' });
  await untilIdle(newWorker('a'));
  return campaign;
}
/** Everything that has something to do does it until nothing is left. */
async function settle(): Promise<void> {
  await untilIdle(lists.newWorker('a'));
  await lists.sending.work();
  await lists.sending.tend();
  await untilIdle(lists.newWorker('a'));
}
const heldOf = ({ _id }: Campaign) =>
  lists.sending.serviceMessages.countDocuments({ 'outbox.heldFor': senderKeyOf(_id) });
const dyingPauser = () => ({
  serviceMessages: new Proxy(lists.parts.serviceMessages, {
    get: (model, key) => (key === 'updateMany' ? dies : Reflect.get(model, key, model)),
  }),
});
const takenPhones = () => lists.network.taken.map(({ phone }) => phone);

describe('a list that is paused', () => {
  it('sends nothing that waited in the queue, and all of it once when it goes on', async () => {
    const { move, network, sending, view } = lists;
    const campaign = await queuedList();
    await move(campaign, { move: 'pause' });
    expect(await heldOf(campaign)).toBe(250);
    await settle();
    expect(network.taken).toEqual([]);
    expect(await view(campaign)).toMatchObject({ state: 'paused', statuses: { queued: 250 } });
    await move(campaign, { move: 'resume' });
    await settle();
    expect(new Set(takenPhones()).size).toBe(250);
    expect(network.taken).toHaveLength(250);
    expect(await view(campaign)).toMatchObject({ state: 'done', statuses: { queued: 0, sent: 250 } });
    const [one] = await sending.serviceMessages.find({ senderKey: senderKeyOf(campaign._id) }).lean();
    expect(one?.tries).toHaveLength(1);
  });

  it('holds at the claim what was put aside by nobody, because the pausing process died', async () => {
    const { move, network, view } = lists;
    const campaign = await queuedList();
    await expect(move(campaign, { move: 'pause' }, dyingPauser())).rejects.toThrow('died');
    expect(await heldOf(campaign)).toBe(0);
    await settle();
    expect(network.taken).toEqual([]);
    expect(await heldOf(campaign)).toBe(250);
    await move(campaign, { move: 'resume' });
    await settle();
    expect(new Set(takenPhones()).size).toBe(250);
    expect((await view(campaign)).statuses).toEqual({ queued: 0, sent: 250 });
  });

  it('lets go what a sender held too late, when the list was going on again', async () => {
    const { move, network, parts: deps, tellSender } = lists;
    const campaign = await queuedList(60);
    await lists.parts.campaigns.updateOne({ _id: campaign._id }, { $set: { state: 'paused' } });
    tellSender({
      async of(senderKeys) {
        const stopped = await deps.stops.of(senderKeys);
        if (stopped.size > 0) {
          await move(campaign, { move: 'resume' });
          await resolveHeld(deps);
        }
        return stopped;
      },
    });
    await lists.sending.work();
    expect(network.taken).toEqual([]);
    expect(await heldOf(campaign)).toBe(60);
    await settle();
    expect(network.taken).toHaveLength(60);
    expect(await heldOf(campaign)).toBe(0);
  });

  it('has its time run on: what is over ends expired, unsent, and is told of once (N19)', async () => {
    const { move, network, sending, view } = lists;
    const campaign = await queuedList(40);
    await move(campaign, { move: 'pause' });
    const over = new Date(Date.now() - 1);
    await sending.serviceMessages.updateMany(
      { senderKey: senderKeyOf(campaign._id), repeatTokens: { $in: ['row:3', 'row:7'] } },
      { $set: { expiresAt: over, expiryDueAt: over } },
    );
    await settle();
    expect((await view(campaign)).statuses).toEqual({ queued: 38, expired: 2 });
    await move(campaign, { move: 'resume' });
    await settle();
    expect(network.taken).toHaveLength(38);
    expect(await view(campaign)).toMatchObject({
      state: 'done',
      statuses: { queued: 0, expired: 2, sent: 38 },
    });
  });

  it('ends cancelled when it is cancelled, and keeps nothing held', async () => {
    const { move, network, sending, view } = lists;
    const campaign = await queuedList(620);
    await move(campaign, { move: 'pause' });
    await move(campaign, { move: 'cancel' });
    await settle();
    await settle();
    expect(network.taken).toEqual([]);
    expect(await view(campaign)).toMatchObject({
      state: 'cancelled',
      statuses: { queued: 0, undelivered: 620 },
    });
    expect(await heldOf(campaign)).toBe(0);
    const ends = await sending.serviceMessages.distinct('endCode', { senderKey: senderKeyOf(campaign._id) });
    expect(ends).toEqual(['cancelled']);
  });

  it('keeps nobody else waiting', async () => {
    const { move, network, sending } = lists;
    const campaign = await queuedList(200);
    await move(campaign, { move: 'pause' });
    await sending.sendOne({ phone: '+79995550001' });
    network.perSecond = 1;
    await sending.work();
    expect(takenPhones()).toEqual(['+79995550001']);
  });
});

it('cancelling sends nothing from its answer on, whatever was still in the queue', async () => {
  const { move, network, sending, view } = lists;
  const campaign = await queuedList(150);
  await move(campaign, { move: 'cancel' });
  await sending.work();
  expect(network.taken).toEqual([]);
  await settle();
  expect(await view(campaign)).toMatchObject({ state: 'cancelled', statuses: { undelivered: 150 } });
});

it('is paused and cancelled at the cost of what waits of it, whatever was sent and others have queued', async () => {
  const { sending } = lists;
  const campaign = await queuedList(150);
  const sendBatch = await nextBatch(sending.batchDeps, sending.vk);
  await sendBatch!();
  for (let other = 0; other < 60; other++) await sending.sendOne({ phone: phoneOf(5_000 + other) });
  for (const filter of [waitingOf(campaign), waitingOf(campaign, new Date())]) {
    const { executionStats } = (await sending.serviceMessages.collection
      .find(filter as never)
      .sort({ 'outbox.dueAt': 1 })
      .explain('executionStats')) as { executionStats: { totalKeysExamined: number; nReturned: number } };
    expect(executionStats).toMatchObject({ nReturned: 50, totalKeysExamined: 50 });
  }
});

const isOver = (state: string) => state === 'done' || state === 'cancelled';

type Step =
  | 'pause'
  | 'pauserDies'
  | 'resume'
  | 'claimThenPause'
  | 'claimThenResume'
  | 'step'
  | 'send'
  | 'callerDies';
const step = fc.constantFrom<Step>(
  'pause',
  'pauserDies',
  'resume',
  'claimThenPause',
  'claimThenResume',
  'step',
  'send',
  'send',
  'callerDies',
);

it('sends each row once whatever is paused, resumed and killed between, and nothing while it is paused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 10 }), fc.boolean(), async (steps, isKept) => {
      await lists.asUsual();
      const { listOf, move, network, newWorker, parts: deps, sending, tellSender, view } = lists;
      const campaign = await listOf(rowsFrom(30), 10);
      await untilIdle(newWorker('a'));
      await move(campaign, { move: 'start' });
      const isPaused = async () => (await view(campaign)).state === 'paused';
      const tryMove = async (name: 'pause' | 'resume', about = {}) => {
        const can = name === 'resume' ? await isPaused() : (await view(campaign)).state !== 'done';
        if (can && (name === 'resume' || !(await isPaused()))) await move(campaign, { move: name }, about);
      };
      for (const each of steps) {
        const before = network.taken.length;
        const wasPaused = await isPaused();
        if (each === 'pause' || each === 'resume') await tryMove(each);
        else if (each === 'pauserDies') await tryMove('pause', dyingPauser()).catch(() => undefined);
        else if (each === 'step') await newWorker('a').step();
        else {
          network.behaves.vk = each === 'callerDies' ? 'callerDiesAfter' : 'takes';
          tellSender({
            async of(senderKeys) {
              const stopped = await deps.stops.of(senderKeys);
              if (each === 'claimThenPause') await tryMove('pause');
              if (each === 'claimThenResume') await tryMove('resume');
              return stopped;
            },
          });
          await sending.work();
          // What a dead process had claimed is found again.
          await sending.serviceMessages.updateMany(
            { 'outbox.phase': 'calling' },
            { $set: { 'outbox.dueAt': new Date(0) } },
          );
        }
        if (wasPaused && each !== 'resume' && each !== 'claimThenResume')
          expect(network.taken.length).toBe(before);
      }
      lists.network.behaves.vk = 'takes';
      tellSender(deps.stops);
      if (!isKept && (await view(campaign)).state !== 'done') await move(campaign, { move: 'cancel' });
      else await tryMove('resume');
      for (let round = 0; round < 4 && !isOver((await view(campaign)).state); round++) await settle();

      const { state, statuses, taken } = await view(campaign);
      const { queued, sent = 0, undelivered = 0 } = statuses;
      expect(isOver(state)).toBe(true);
      if (state === 'done') expect(sent).toBe(30);
      expect({ queued, ended: sent + undelivered }).toEqual({ queued: 0, ended: taken.fit });
      expect(sent).toBe(network.taken.length);
      expect(new Set(takenPhones()).size).toBe(network.taken.length);
      expect(await heldOf(campaign)).toBe(0);
    }),
    { numRuns: 6 },
  );
}, 120_000);
