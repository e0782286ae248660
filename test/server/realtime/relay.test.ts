import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Revocation } from '../../../server/auth/signedIn.ts';
import { type Broadcaster, createBroadcaster } from '../../../server/realtime/broadcaster.ts';
import { type RelayTiming, relayModels, startRelay } from '../../../server/realtime/relay.ts';
import { createSessionRevocation } from '../../../server/realtime/sessionRevocation.ts';
import type { Change } from '../../../shared/events.ts';
import { openTestStore, type TestStore } from '../../support/store.ts';
import { until } from '../../support/until.ts';

const quick: RelayTiming = { readMs: 10, heartbeatMs: 50, goneMs: 1_000 };
let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
  const { packets, processes } = relayModels(store.connection);
  await store.build([packets, processes] as never);
});
afterAll(async () => store?.[Symbol.asyncDispose]());

const renamed = (name: string): Change => ({
  type: 'person.changed',
  person: { id: 'a'.repeat(24), name, avatarUrl: null, role: 'agent', isActive: true },
});

/** What one process hears of others, and how often it was told that it may have missed something. */
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
  return { broadcaster, sessionRevocation, names, ended, missed: () => missed, stop: relay.stop };
}

/** Two that know of each other. */
async function pair(names: [string, string], timing?: RelayTiming) {
  const [one, two] = [await process(names[0], timing), await process(names[1])];
  await until('both to have met', () => one.missed() > 0 && two.missed() > 0);
  // Whatever each was told of at the meeting itself is behind them once both hear of each other.
  one.broadcaster.publish(renamed('hello'));
  two.broadcaster.publish(renamed('hello'));
  await until('both to hear', () => one.names.includes('hello') && two.names.includes('hello'));
  return { one, two };
}

it('carries changes in their order, and ended sessions, to the other process', async () => {
  const { one, two } = await pair(['a1', 'a2']);
  for (let n = 0; n < 300; n += 1) one.broadcaster.publish(renamed(`n${n}`));
  one.sessionRevocation.revoke({ kind: 'session', sessionId: 'b'.repeat(24) });
  await until('the ending to be heard', () => two.ended.length > 0);
  await until('all changes to be heard', () => two.names.length === 301);
  expect(two.names.slice(1)).toEqual(Array.from({ length: 300 }, (_, n) => `n${n}`));
  expect(two.ended).toEqual([{ kind: 'session', sessionId: 'b'.repeat(24) }]);
  expect(one.names).toEqual(['hello']);
  await one.stop();
  await two.stop();
});

it('loses nothing that a process announces as the last thing before it closes', async () => {
  const { one, two } = await pair(['b1', 'b2']);
  const before = two.missed();
  one.broadcaster.publish(renamed('last words'));
  await one.stop();
  await until('the last words to be heard', () => two.names.includes('last words'));
  await until('the goodbye to be heard', async () => {
    const left = await relayModels(store.connection).processes.find({ _id: 'b1' }).lean();
    return left.length === 0;
  });
  expect(two.missed()).toBe(before);
  await two.stop();
});

it('makes tabs ask for what they missed when a process dies without a goodbye', async () => {
  // A process whose heart beats once and never again is dead to the others.
  const { one, two } = await pair(['c1', 'c2'], { ...quick, heartbeatMs: 700 });
  const before = two.missed();
  await relayModels(store.connection).processes.updateOne({ _id: 'c1' }, { $set: { seenAt: new Date(0) } });
  await until('the death to be noticed', () => two.missed() > before);
  await one.stop();
  await two.stop();
});

it('makes tabs ask for what they missed when a packet is not there', async () => {
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
