/** A paused campaign: after the answer, only messages that a sender had already claimed may still be sent. */
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Campaign } from '../../../server/campaigns/campaign.model.ts';
import { waitingOf } from '../../../server/campaigns/cancelQueued.ts';
import { resolveHeld } from '../../../server/campaigns/heldMessages.ts';
import { senderKeyOf } from '../../../server/campaigns/tallies.ts';
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

/** A campaign whose messages are all queued and none sent. */
async function queuedList(rows = 250): Promise<Campaign> {
  const { listOf, move, newWorker } = lists;
  const campaign = await listOf(rowsFrom(rows));
  await untilIdle(newWorker('a'));
  await move(campaign, { move: 'start' });
  await untilIdle(newWorker('a'));
  return campaign;
}
/** Runs the workers and the sender until no work is left. */
async function workAll(): Promise<void> {
  await untilIdle(lists.newWorker('a'));
  await lists.sending.work();
  await lists.sending.tend();
  await untilIdle(lists.newWorker('a'));
}
const heldOf = ({ _id }: Campaign) =>
  lists.sending.serviceMessages.countDocuments({ 'outbox.heldFor': senderKeyOf(_id) });
const dyingPauser = () => ({
  serviceMessages: new Proxy(lists.deps.serviceMessages, {
    get: (model, key) => (key === 'updateMany' ? dies : Reflect.get(model, key, model)),
  }),
});
const sentPhones = () => lists.network.accepted.map(({ phone }) => phone);

describe('a paused campaign', () => {
  it('sends nothing from the queue, and every message once after it resumes', async () => {
    const { move, network, sending, view } = lists;
    const campaign = await queuedList();
    await move(campaign, { move: 'pause' });
    expect(await heldOf(campaign)).toBe(250);
    await workAll();
    expect(network.accepted).toEqual([]);
    expect(await view(campaign)).toMatchObject({ state: 'paused', statuses: { queued: 250 } });
    await move(campaign, { move: 'resume' });
    await workAll();
    expect(new Set(sentPhones()).size).toBe(250);
    expect(network.accepted).toHaveLength(250);
    expect(await view(campaign)).toMatchObject({ state: 'done', statuses: { queued: 0, sent: 250 } });
    const [one] = await sending.serviceMessages.find({ senderKey: senderKeyOf(campaign._id) }).lean();
    expect(one?.tries).toHaveLength(1);
  });

  it('has its messages held at the claim when the pausing process died before holding them', async () => {
    const { move, network, view } = lists;
    const campaign = await queuedList();
    await expect(move(campaign, { move: 'pause' }, dyingPauser())).rejects.toThrow('died');
    expect(await heldOf(campaign)).toBe(0);
    await workAll();
    expect(network.accepted).toEqual([]);
    expect(await heldOf(campaign)).toBe(250);
    await move(campaign, { move: 'resume' });
    await workAll();
    expect(new Set(sentPhones()).size).toBe(250);
    expect((await view(campaign)).statuses).toEqual({ queued: 0, sent: 250 });
  });

  it('releases messages that a sender held after the campaign had resumed', async () => {
    const { move, network, deps, setStops } = lists;
    const campaign = await queuedList(60);
    await lists.deps.campaigns.updateOne({ _id: campaign._id }, { $set: { state: 'paused' } });
    setStops({
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
    expect(network.accepted).toEqual([]);
    expect(await heldOf(campaign)).toBe(60);
    await workAll();
    expect(network.accepted).toHaveLength(60);
    expect(await heldOf(campaign)).toBe(0);
  });

  it('lets the TTL run on: a message past it ends expired, unsent, and is counted once (N19)', async () => {
    const { move, network, sending, view } = lists;
    const campaign = await queuedList(40);
    await move(campaign, { move: 'pause' });
    const over = new Date(Date.now() - 1);
    await sending.serviceMessages.updateMany(
      { senderKey: senderKeyOf(campaign._id), repeatTokens: { $in: ['row:3', 'row:7'] } },
      { $set: { expiresAt: over, expiryDueAt: over } },
    );
    await workAll();
    expect((await view(campaign)).statuses).toEqual({ queued: 38, expired: 2 });
    await move(campaign, { move: 'resume' });
    await workAll();
    expect(network.accepted).toHaveLength(38);
    expect(await view(campaign)).toMatchObject({
      state: 'done',
      statuses: { queued: 0, expired: 2, sent: 38 },
    });
  });

  it('ends cancelled when it is cancelled, with no message left held', async () => {
    const { move, network, sending, view } = lists;
    const campaign = await queuedList(620);
    await move(campaign, { move: 'pause' });
    await move(campaign, { move: 'cancel' });
    await workAll();
    await workAll();
    expect(network.accepted).toEqual([]);
    expect(await view(campaign)).toMatchObject({
      state: 'cancelled',
      statuses: { queued: 0, undelivered: 620 },
    });
    expect(await heldOf(campaign)).toBe(0);
    const ends = await sending.serviceMessages.distinct('endCode', { senderKey: senderKeyOf(campaign._id) });
    expect(ends).toEqual(['cancelled']);
  });

  it('does not delay other messages', async () => {
    const { move, network, sending } = lists;
    const campaign = await queuedList(200);
    await move(campaign, { move: 'pause' });
    await sending.sendOne({ phone: '+79995550001' });
    network.perSecond = 1;
    await sending.work();
    expect(sentPhones()).toEqual(['+79995550001']);
  });
});

it('sends nothing after the answer to cancelling, whatever is still in the queue', async () => {
  const { move, network, sending, view } = lists;
  const campaign = await queuedList(150);
  await move(campaign, { move: 'cancel' });
  await sending.work();
  expect(network.accepted).toEqual([]);
  await workAll();
  expect(await view(campaign)).toMatchObject({ state: 'cancelled', statuses: { undelivered: 150 } });
});

it('reads only its own waiting messages to pause or cancel, whatever was sent and others have queued', async () => {
  const { sending } = lists;
  const campaign = await queuedList(150);
  const batch = await sending.nextBatch(sending.vk);
  await batch!.run();
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

it('sends each row once through pauses, resumes and crashes, and nothing while it is paused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 10 }), fc.boolean(), async (steps, isKept) => {
      await lists.asUsual();
      const { listOf, move, network, newWorker, deps, sending, setStops, view } = lists;
      const campaign = await listOf(rowsFrom(30), 10);
      await untilIdle(newWorker('a'));
      await move(campaign, { move: 'start' });
      const isPaused = async () => (await view(campaign)).state === 'paused';
      const tryMove = async (name: 'pause' | 'resume', about = {}) => {
        const can = name === 'resume' ? await isPaused() : (await view(campaign)).state !== 'done';
        if (can && (name === 'resume' || !(await isPaused()))) await move(campaign, { move: name }, about);
      };
      for (const each of steps) {
        const before = network.accepted.length;
        const wasPaused = await isPaused();
        if (each === 'pause' || each === 'resume') await tryMove(each);
        else if (each === 'pauserDies') await tryMove('pause', dyingPauser()).catch(() => undefined);
        else if (each === 'step') await newWorker('a').step();
        else {
          network.behaves.vk = each === 'callerDies' ? 'callerDiesAfter' : 'takes';
          setStops({
            async of(senderKeys) {
              const stopped = await deps.stops.of(senderKeys);
              if (each === 'claimThenPause') await tryMove('pause');
              if (each === 'claimThenResume') await tryMove('resume');
              return stopped;
            },
          });
          await sending.work();
          // Lets the claims of a dead process expire.
          await sending.serviceMessages.updateMany(
            { 'outbox.phase': 'calling' },
            { $set: { 'outbox.dueAt': new Date(1) } },
          );
        }
        if (wasPaused && each !== 'resume' && each !== 'claimThenResume')
          expect(network.accepted.length).toBe(before);
      }
      lists.network.behaves.vk = 'takes';
      setStops(deps.stops);
      if (!isKept && (await view(campaign)).state !== 'done') await move(campaign, { move: 'cancel' });
      else await tryMove('resume');
      for (let round = 0; round < 4 && !isOver((await view(campaign)).state); round++) await workAll();

      const { state, statuses, taken: accepted } = await view(campaign);
      const { queued, sent = 0, undelivered = 0 } = statuses;
      expect(isOver(state)).toBe(true);
      if (state === 'done') expect(sent).toBe(30);
      expect({ queued, ended: sent + undelivered }).toEqual({ queued: 0, ended: accepted.fit });
      expect(sent).toBe(network.accepted.length);
      expect(new Set(sentPhones()).size).toBe(network.accepted.length);
      expect(await heldOf(campaign)).toBe(0);
    }),
    { numRuns: 6 },
  );
}, 120_000);
