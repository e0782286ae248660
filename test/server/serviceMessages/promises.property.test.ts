/**
 * Random sends, clocks, crashes and reports, over a real store. N1 (statuses go forward), N7 (quota), N19 (TTL) and
 * N24 (route) must hold, checked by what the network holds and by each message's history.
 */
import fc from 'fast-check';
import { Types } from 'mongoose';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { quotaLimits } from '../../../server/serviceMessages/quota/quota.ts';
import { UNKNOWN_MOST_MS } from '../../../server/serviceMessages/sending/sendingTimes.ts';
import { type Receipt, tryKeyOf } from '../../../server/serviceMessages/sending/serviceChannel.ts';
import type { ServiceMessage } from '../../../server/serviceMessages/serviceMessage.model.ts';
import type { ServiceStatus } from '../../../shared/v1/statuses.ts';
import { holdsN1, holdsN24 } from './heldRules.ts';
import { type SendingFixture, startSending } from './sendingFixture.ts';
import { type AcceptedSend, type Behaviour, type SteeredNetwork, steeredNetwork } from './steeredNetwork.ts';

/** The present: the store prunes old documents by its own clock, which the test does not change. */
const start = Date.now();
const graceMs = 60_000;
const leaseMs = 60_000;
/** Each run has its own phones, so that one store serves all runs. */
let nextPhone = 0;

let network: SteeredNetwork;
let sending: SendingFixture;
/** When false, the process dies instead of running the status effects. */
let runsEffects = true;

beforeAll(async () => {
  // Time moves as well between the steps: a message with its last moment left must not be claimed for ever.
  vi.useFakeTimers({ toFake: ['Date'], now: start, shouldAdvanceTime: true, advanceTimeDelta: 5 });
  network = steeredNetwork();
  sending = await startSending({
    channels: network.channels,
    listeners: [
      async () => {
        if (!runsEffects) throw new Error('the process died before the status effects');
      },
    ],
  });
});
afterAll(async () => {
  await sending[Symbol.asyncDispose]();
  vi.useRealTimers();
});

type Step =
  | { do: 'send'; person: number; ttlSeconds: number; route: ('vk' | 'ok')[]; count: number }
  | { do: 'repeat'; which: number }
  | { do: 'pass'; ms: number }
  | { do: 'work'; vk: Behaviour; ok: Behaviour }
  | { do: 'tend'; runsEffects: boolean }
  | { do: 'report'; which: number; statuses: NonNullable<Receipt['status']>[]; agoMs: number; times: number };

const behaviour = fc.constantFrom<Behaviour>(
  'takes',
  'takes',
  'takes',
  'takesSilently',
  'callerDiesAfter',
  'callerDiesBefore',
  'later',
  'refuses',
  'stopped',
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('send' as const),
      person: fc.integer({ min: 0, max: 1 }),
      ttlSeconds: fc.constantFrom(15, 60, 3600, 86_400),
      route: fc.constantFrom<('vk' | 'ok')[]>(['vk'], ['vk', 'ok'], ['ok', 'vk']),
      count: fc.integer({ min: 1, max: 7 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('repeat' as const), which: fc.nat(50) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.constantFrom(500, 14_000, leaseMs + 1, 3600_000, 8 * 3600_000),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('work' as const), vk: behaviour, ok: behaviour }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('tend' as const), runsEffects: fc.boolean() }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('report' as const),
      which: fc.nat(50),
      // In any order, several for one message.
      statuses: fc.array(fc.constantFrom('sent', 'delivered', 'read', 'undelivered', 'expired'), {
        minLength: 1,
        maxLength: 4,
      }),
      agoMs: fc.constantFrom(0, 1_000, 20_000),
      times: fc.integer({ min: 1, max: 3 }),
    }),
  },
);

interface Run {
  phones: string[];
  accepted: ServiceMessage[];
  requests: Parameters<SendingFixture['send']>[];
  /** The last seen statuses, to check that a final status stays. */
  seen: Map<string, ServiceStatus>;
}

async function play(run: Run, now: Step): Promise<void> {
  const accepted = network.accepted.filter(({ phone }) => run.phones.includes(phone));
  switch (now.do) {
    case 'send': {
      // In parallel, as from several senders.
      const asked = Array.from(
        { length: now.count },
        (_, n): Parameters<SendingFixture['send']> => [
          { phone: run.phones[now.person]!, ttlSeconds: now.ttlSeconds, route: now.route },
          [`client:${run.phones[now.person]}-${run.requests.length + n}`],
        ],
      );
      run.requests.push(...asked);
      for (const outcome of await Promise.all(asked.map((each) => sending.send(...each))))
        if (outcome.kind === 'accepted') run.accepted.push(outcome.message);
      return;
    }
    case 'repeat': {
      const again = run.requests[now.which % Math.max(1, run.requests.length)];
      if (!again) return;
      const outcomes = await Promise.all([sending.send(...again), sending.send(...again)]);
      for (const outcome of outcomes) if (outcome.kind === 'accepted') run.accepted.push(outcome.message);
      return;
    }
    case 'pass':
      vi.setSystemTime(Date.now() + now.ms);
      return;
    case 'work':
      network.behaves = { vk: now.vk, ok: now.ok };
      await sending.work();
      return;
    case 'tend':
      runsEffects = now.runsEffects;
      await sending.tend();
      runsEffects = true;
      return;
    case 'report': {
      const of = accepted[now.which % Math.max(1, accepted.length)];
      if (!of) return;
      for (const status of now.statuses)
        await sending.receipts.record(
          Array.from({ length: now.times }, () => reportOf(of, status, now.agoMs)),
        );
    }
  }
}

function reportOf(
  { community, tryKey }: AcceptedSend,
  status: NonNullable<Receipt['status']>,
  agoMs: number,
): Receipt {
  return {
    communityId: new Types.ObjectId(community.id),
    externalId: null,
    tryKey,
    status,
    at: new Date(Date.now() - agoMs),
    code: status === 'undelivered' ? 'noActiveDevice' : null,
    networkCode: null,
    source: 'receipt',
  };
}

async function holds(run: Run): Promise<void> {
  const messages = await Promise.all(run.accepted.map((each) => sending.read(each)));
  const accepted = network.accepted.filter(({ phone }) => run.phones.includes(phone));
  for (const message of messages) {
    holdsN1(run.seen, message);
    holdsN19(message, accepted);
    holdsN24(message, accepted);
  }
  holdsN7(run, messages, accepted);
}

function holdsN19({ _id, expiresAt, status, outbox }: ServiceMessage, accepted: AcceptedSend[]): void {
  for (const { at, ttlSeconds } of accepted.filter(({ messageId }) => messageId === _id.toHexString())) {
    expect(at.getTime()).toBeLessThan(expiresAt.getTime());
    expect(at.getTime() + ttlSeconds * 1000).toBeLessThanOrEqual(expiresAt.getTime());
  }
  if (['delivered', 'read', 'undelivered', 'expired'].includes(status)) expect(outbox).toBeUndefined();
}

/**
 * Per client and community: messages handed over within 24 hours or still waiting, without ended ones, at most five.
 */
function holdsN7({ phones }: Run, messages: ServiceMessage[], accepted: AcceptedSend[]): void {
  const now = Date.now();
  const open = messages.filter(({ status }) => status !== 'undelivered' && status !== 'expired');
  for (const phoneIndex of phones.map(sending.phones.indexOf))
    for (const { id } of [sending.vk, sending.ok]) {
      const counted = open.filter((message) => {
        const tried = message.tries.find(({ communityId }) => communityId.toHexString() === id);
        if (!tried || tried.isSkipped || message.phoneIndex !== phoneIndex) return false;
        const handed = accepted.find(({ tryKey }) => tryKey === tryKeyOf(message._id, tried.network));
        return handed
          ? handed.at.getTime() > now - quotaLimits.windowMs
          : message.expiresAt.getTime() > now && message.communityId.toHexString() === id;
      });
      expect(counted.length).toBeLessThanOrEqual(5);
    }
}

it('keeps N1, N7, N19 and N24 over random sends, clocks, crashes and reports', {
  timeout: 120_000,
}, async () => {
  const numRuns = Number(process.env.PROMISES_RUNS ?? 30);
  let handedOver = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const run: Run = {
        phones: [0, 1].map(() => `+7999${String(1_000_000 + nextPhone++)}`),
        accepted: [],
        requests: [],
        seen: new Map(),
      };
      for (const each of steps) {
        await play(run, each);
        await holds(run);
      }
      // At the end every message is final or delivered, and every unit of quota is right.
      network.behaves = { vk: 'takes', ok: 'takes' };
      vi.setSystemTime(Date.now() + leaseMs + 1);
      await sending.work();
      vi.setSystemTime(Date.now() + 24 * 3600_000 + graceMs + 1);
      await sending.work();
      await sending.tend();
      // The network is asked for missing reports for an hour.
      vi.setSystemTime(Date.now() + UNKNOWN_MOST_MS + graceMs);
      await sending.tend();
      await holds(run);
      // A unit whose message may have arrived counts for its day.
      vi.setSystemTime(Date.now() + quotaLimits.windowMs);
      for (const message of run.accepted) {
        const now = await sending.read(message);
        expect(['delivered', 'read', 'undelivered', 'expired']).toContain(now.status);
        expect(now).not.toHaveProperty('expiryDueAt');
      }
      expect(await sending.openTransitions.countDocuments()).toBe(0);
      for (const phoneIndex of run.phones.map(sending.phones.indexOf))
        for (const { id } of [sending.vk, sending.ok])
          expect(await sending.quota.left(new Types.ObjectId(id), phoneIndex)).toMatchObject({ left: 5 });
      handedOver += network.accepted.length;
      network.accepted.length = 0;
      network.asked.length = 0;
    }),
    {
      numRuns,
      // A run takes a second: making a failure smaller would end at the time limit, and show nothing.
      endOnFailure: true,
      ...(process.env.PROMISES_SEED ? { seed: Number(process.env.PROMISES_SEED) } : {}),
    },
  );
  // The runs are not empty: a few hand over nothing, most hand over several messages.
  expect(handedOver).toBeGreaterThan(numRuns);
});
