import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Revocation } from '../../../server/auth/signedIn.ts';
import { type Broadcaster, createBroadcaster } from '../../../server/realtime/broadcaster.ts';
import { type Relay, type RelayTiming, relayModels, startRelay } from '../../../server/realtime/relay.ts';
import { createSessionRevocation } from '../../../server/realtime/sessionRevocation.ts';
import type { Change } from '../../../shared/events.ts';
import { type FaultyStore, openFaultyStore } from '../../support/faultyStore.ts';
import { withShiftedClock } from '../../support/shiftedClock.ts';
import { storeFaults } from '../../support/storeFaults.ts';
import { writesTo } from '../../support/storeProxy.ts';
import { until } from '../../support/until.ts';

const quick: RelayTiming = { readMs: 10, heartbeatMs: 50, goneMs: 1_000 };
let store: FaultyStore;
beforeAll(async () => {
  store = await openFaultyStore();
  const { packets, processes } = relayModels(store.connection);
  await store.build([packets, processes] as never);
});
afterAll(async () => store?.[Symbol.asyncDispose]());
const running: Relay[] = [];
afterEach(async () => {
  store.proxy.heal();
  for (const relay of running.splice(0)) await relay.stop();
});

const renamed = (name: string): Change => ({
  type: 'person.changed',
  person: { id: 'a'.repeat(24), name, avatarUrl: null, role: 'agent', isActive: true },
});

/** What one process receives from others, and how often it must recover from a possible loss. */
async function process(processId: string, timing = quick) {
  const broadcaster = createBroadcaster();
  const sessionRevocation = createSessionRevocation();
  const names: string[] = [];
  const ended: Revocation[] = [];
  let missed = 0;
  broadcaster.onRelayed((change) => change.type === 'person.changed' && names.push(change.person.name));
  sessionRevocation.onRelayed((one) => ended.push(one));
  const counting: Broadcaster = {
    ...broadcaster,
    askToResume: () => {
      missed += 1;
    },
  };
  const relay = await startRelay(
    store.connection,
    { broadcaster: counting, sessionRevocation },
    { processId, logger: pino({ level: 'silent' }), timing },
  );
  running.push(relay);
  return { broadcaster, sessionRevocation, names, ended, missed: () => missed, stop: relay.stop };
}

/** Two processes that know each other. */
async function pair(names: [string, string], timing?: RelayTiming) {
  const [one, two] = [await process(names[0], timing), await process(names[1])];
  await until('both to have met', () => one.missed() > 0 && two.missed() > 0);
  // Recoveries at the meeting itself are over once both receive the other's changes.
  one.broadcaster.publish(renamed('hello'));
  two.broadcaster.publish(renamed('hello'));
  await until('both to receive it', () => one.names.includes('hello') && two.names.includes('hello'));
  return { one, two };
}

it('carries changes in order, and ended sessions, to the other process', async () => {
  const { one, two } = await pair(['a1', 'a2']);
  for (let n = 0; n < 300; n += 1) one.broadcaster.publish(renamed(`n${n}`));
  one.sessionRevocation.revoke({ kind: 'session', sessionId: 'b'.repeat(24) });
  await until('the ended session to arrive', () => two.ended.length > 0);
  await until('all changes to arrive', () => two.names.length === 301);
  expect(two.names.slice(1)).toEqual(Array.from({ length: 300 }, (_, n) => `n${n}`));
  expect(two.ended).toEqual([{ kind: 'session', sessionId: 'b'.repeat(24) }]);
  expect(one.names).toEqual(['hello']);
  await one.stop();
  await two.stop();
});

it('loses nothing that a process publishes right before it closes', async () => {
  const { one, two } = await pair(['b1', 'b2']);
  const before = two.missed();
  one.broadcaster.publish(renamed('last change'));
  await one.stop();
  await until('the last change to arrive', () => two.names.includes('last change'));
  await until('the other to leave', async () => {
    const left = await relayModels(store.connection).processes.find({ _id: 'b1' }).lean();
    return left.length === 0;
  });
  expect(two.missed()).toBe(before);
  await two.stop();
});

it('makes tabs request what they missed when a change could not be carried', async () => {
  const { one, two } = await pair(['f1', 'f2']);
  const before = two.missed();
  store.proxy.fail({ kind: 'timeLimit', work: 'undone' }, { of: writesTo('relayPackets'), times: 1 });
  one.broadcaster.publish(renamed('lost'));
  await until('the other to ask its tabs', () => two.missed() > before);
  expect(store.proxy.heal()).toBe(1);
  expect(two.names).not.toContain('lost');
  await one.stop();
  await two.stop();
});

describe('a write of the relay that fails', () => {
  const meetingFaults = storeFaults.filter(({ kind, work }) => work === 'undone' || kind === 'cut');

  it.each(meetingFaults)('at the meeting of two processes ($kind, $work) hides no change', async (fault) => {
    const id = `${fault.kind}:${fault.work}`;
    const slowBeat = { ...quick, heartbeatMs: 1_000, goneMs: 10_000 };
    const one = await process(`g1:${id}`, slowBeat);
    const two = await process(`g2:${id}`, { ...quick, goneMs: 10_000 });
    const before = two.missed();
    store.proxy.fail(fault, { of: writesTo('relayPackets'), times: 1 });
    // The first process does not know the second one yet, so it carries this to nobody.
    one.broadcaster.publish(renamed('before the meeting'));
    await until('the tabs of the second to be asked', () => two.missed() > before);
    expect(store.proxy.heal()).toBe(1);
    expect(two.names).toEqual([]);
    await one.stop();
    await two.stop();
  });

  it.each(storeFaults)(
    'of a heartbeat ($kind, $work) ends no process, and hides no change',
    async (fault) => {
      const id = `${fault.kind}:${fault.work}`;
      const { one, two } = await pair([`h1:${id}`, `h2:${id}`]);
      const before = two.missed();
      store.proxy.fail(fault, { of: writesTo('processes'), times: 2 });
      for (let n = 0; n < 10; n += 1) one.broadcaster.publish(renamed(`n${n}`));
      await until('two heartbeats to have failed', () => store.proxy.failures() === 2);
      store.proxy.heal();
      one.broadcaster.publish(renamed('last'));
      await until('the last change to arrive', () => two.names.includes('last'));
      const areAllThere = Array.from({ length: 10 }, (_, n) => `n${n}`).every((name) =>
        two.names.includes(name),
      );
      expect(areAllThere || two.missed() > before).toBe(true);
      await one.stop();
      await two.stop();
    },
  );
});

it('makes tabs request what they missed when a process crashes', async () => {
  const { processes } = relayModels(store.connection);
  const one = await process('c1');
  // One heartbeat and no more, as of a process that was killed.
  await processes.create({ _id: 'c2', number: 0, beat: 1, seenAt: new Date() });
  await until('the two to have met', () => one.missed() === 1);
  await until('the death to be noticed', () => one.missed() === 2);
  expect(one.names).toEqual([]);
  await one.stop();
  await processes.deleteOne({ _id: 'c2' });
});

it.each([
  ['15 seconds behind', -15_000],
  ['a day ahead', 86_400_000],
])('carries changes both ways when a clock is %s', async (_, shiftMs) => {
  const wrong = await withShiftedClock(shiftMs, () => process(`e1:${shiftMs}`));
  const right = await process(`e2:${shiftMs}`);
  await until('the tabs of both to have been asked', () => wrong.missed() > 0 && right.missed() > 0);
  for (let n = 0; n < 20; n += 1) {
    wrong.broadcaster.publish(renamed(`from the wrong ${n}`));
    right.broadcaster.publish(renamed(`from the right ${n}`));
  }
  await until('all changes to arrive', () => wrong.names.length === 20 && right.names.length === 20);
  expect(wrong.names).toEqual(Array.from({ length: 20 }, (_, n) => `from the right ${n}`));
  expect(right.names).toEqual(Array.from({ length: 20 }, (_, n) => `from the wrong ${n}`));
  await wrong.stop();
  await right.stop();
});

it('makes tabs request what they missed when a packet is missing', async () => {
  const { one, two } = await pair(['d1', 'd2']);
  const { packets } = relayModels(store.connection);
  const newest = await packets.findOne({ processId: 'd1' }).sort({ number: -1 }).lean();
  const before = two.missed();
  await packets.create({
    _id: 'd1:hole',
    processId: 'd1',
    number: (newest?.number ?? 0) + 2,
    changes: [renamed('after the hole')],
    at: new Date(),
  });
  await until('what came after the hole', () => two.names.includes('after the hole'));
  expect(two.missed()).toBe(before + 1);
  await one.stop();
  await two.stop();
});
