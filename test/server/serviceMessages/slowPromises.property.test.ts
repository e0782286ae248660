/**
 * Two senders over one store, in real time, with slow networks: calls, look-ups and preparations take up to several
 * leases, answers and reports get lost, renewals fail, senders die during calls, and clocks differ. N1, N7, N19 and N24
 * must hold by what the network holds, and no message is called expired or undelivered that the client has. Times are
 * short in proportion. `SLOW_ROUNDS=100` sends for longer.
 */
import { setTimeout as pass } from 'node:timers/promises';
import { Types } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { quotaLimits } from '../../../server/serviceMessages/quota/quota.ts';
import { createRates } from '../../../server/serviceMessages/sending/rates.ts';
import { REPORT_GRACE_MS } from '../../../server/serviceMessages/sending/sendingTimes.ts';
import type { Preparation, Receipt } from '../../../server/serviceMessages/sending/serviceChannel.ts';
import {
  type ServiceSender,
  startServiceSender,
} from '../../../server/serviceMessages/sending/serviceSender.ts';
import type { ServiceMessage } from '../../../server/serviceMessages/serviceMessage.model.ts';
import { currentTimeMs, setCurrentTime } from '../../../server/work/clock.ts';
import type { ServiceStatus } from '../../../shared/v1/statuses.ts';
import { type FaultyStore, openFaultyStore } from '../../support/faultyStore.ts';
import { withShiftedClock } from '../../support/shiftedClock.ts';
import { until } from '../../support/until.ts';
import { holdsN1, holdsN24 } from './heldRules.ts';
import { type SendingFixture, startSending } from './sendingFixture.ts';
import { type AcceptedSend, type Behaviour, type SteeredNetwork, steeredNetwork } from './steeredNetwork.ts';

const ROUNDS = Number(process.env.SLOW_ROUNDS ?? 8);
const PER_ROUND = 6;
const LEASE_MS = 1_000;
const times = { claimLeaseMs: LEASE_MS, callMostMs: 750, settleMostMs: 1_500 };
/** Longer than a call may last; what is left of the settle time is for a busy machine. Answers may take any time. */
const WORK_MOST_MS = times.callMostMs + 500;
const SEVERAL_LEASES_MS = 3 * LEASE_MS;
const DAY_MS = 86_400_000;
const PHONES = 6;
/** Of the messages whose time may end; the others have an hour. */
const MOST_TTL_S = 8;
const TEMPLATES = ['first', 'second', 'third'];
/** What the gateway's clock shows of a time. */
const gatewayClocks: ((at: Date) => Date)[] = [
  (at) => at,
  (at) => new Date(at.getTime() + 45_000),
  (at) => new Date(at.getTime() - 7_000),
  () => new Date(30_000),
  () => new Date('0000-06-01T00:00:00Z'),
];

type Fate = Extract<Receipt['status'], 'delivered' | 'undelivered'>;

let store: FaultyStore;
let network: SteeredNetwork;
let sending: SendingFixture;
const senders: ServiceSender[] = [];
/** When the time of each accepted message is over, by its id. */
const expiries = new Map<string, number>();
/** What became of each message that the network accepted, by the key of its try. */
const fates = new Map<string, Fate>();
const reporting = new Set<Promise<unknown>>();

const pick = <T>(of: readonly T[]): T => of[Math.floor(Math.random() * of.length)]!;
const upTo = (ms: number) => Math.random() * ms;

beforeAll(async () => {
  store = await openFaultyStore();
  network = steeredNetwork();
  sending = await startSending({ channels: network.channels, store });
  for (const name of TEMPLATES) await sending.approve(name);
  // As in a desk that follows its database: from here on the process's own `Date` may be wrong.
  setCurrentTime(Date.now());
  Object.assign(network, {
    settleMs: times.settleMostMs,
    takesMs,
    prepares: slowPreparations(),
    hasAccepted: decideFate,
  } satisfies Partial<SteeredNetwork>);
  for (const shiftMs of [0, DAY_MS]) senders.push(withShiftedClock(shiftMs, startSender));
});
afterAll(async () => {
  store?.proxy.heal();
  await Promise.all(senders.map((sender) => sender.stop()));
  setCurrentTime(null);
  await sending?.[Symbol.asyncDispose]();
});

function startSender(): ServiceSender {
  return startServiceSender({
    ...sending.batchDeps,
    rates: createRates(sending.sendRates),
    receipts: sending.receipts,
    times,
    communities: async () => [sending.vk, sending.ok],
    timing: { pollMs: 50 },
  });
}

const takesMs: NonNullable<SteeredNetwork['takesMs']> = (step, messages) => {
  if (step === 'connect' && Math.random() < 0.3) {
    // Just until the time of one of them is over.
    const leftMs = messages.map(
      ({ messageId }) => (expiries.get(messageId.toHexString()) ?? 0) - currentTimeMs(),
    );
    const soonMs = Math.min(...leftMs.filter((ms) => ms > 0));
    if (soonMs < MOST_TTL_S * 1000) return soonMs + 20;
  }
  if (Math.random() < 0.4) return 5;
  return upTo(step === 'work' ? WORK_MOST_MS : SEVERAL_LEASES_MS);
};

/** Each template is prepared anew every now and then. */
function slowPreparations(): SteeredNetwork['prepares'] {
  const pieces = new Map<string, { preparation: Preparation; untilMs: number }>();
  return ({ templateName }) => {
    const known = pieces.get(templateName);
    if (known && performance.now() < known.untilMs) return known.preparation;
    const ready: Preparation = { kind: 'ready' };
    const done = pass(upTo(SEVERAL_LEASES_MS)).then(() => {
      pieces.set(templateName, {
        preparation: ready,
        untilMs: performance.now() + upTo(2 * SEVERAL_LEASES_MS),
      });
    });
    pieces.set(templateName, { preparation: { kind: 'underWay', done }, untilMs: Number.POSITIVE_INFINITY });
    return pieces.get(templateName)!.preparation;
  };
}

/** Most are delivered at once. Some reports come early, some late, some twice, and some never. */
function decideFate(accepted: AcceptedSend): void {
  const status: Fate = Math.random() < 0.8 ? 'delivered' : 'undelivered';
  fates.set(accepted.tryKey, status);
  network.tells!.set(accepted.tryKey, { status, at: accepted.at });
  if (Math.random() < 0.2) return;
  const at = pick(gatewayClocks)(accepted.at);
  for (let left = pick([1, 1, 2]); left > 0; left -= 1) {
    const report = pass(pick([0, upTo(200), upTo(SEVERAL_LEASES_MS)])).then(() =>
      until('the report to be stored', () => record(accepted, status, at), {
        timeoutMs: 60_000,
        everyMs: 200,
      }),
    );
    reporting.add(report);
  }
}

async function record({ community, tryKey }: AcceptedSend, status: Fate, at: Date): Promise<true> {
  await sending.receipts.record([
    {
      communityId: new Types.ObjectId(community.id),
      externalId: null,
      tryKey,
      status,
      at,
      code: status === 'undelivered' ? 'noActiveDevice' : null,
      networkCode: null,
      source: 'receipt',
    },
  ]);
  return true;
}

async function sendRandomly(phones: string[]): Promise<ServiceMessage[]> {
  const accepted: ServiceMessage[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const asked = Array.from({ length: PER_ROUND }, () =>
      sending.send({
        phone: pick(phones),
        template: pick(TEMPLATES),
        ttlSeconds: pick([3, 5, MOST_TTL_S, 3_600]),
        route: pick<('vk' | 'ok')[]>([['vk'], ['vk', 'ok'], ['ok', 'vk']]),
      }),
    );
    for (const outcome of await Promise.all(asked))
      if (outcome.kind === 'accepted') {
        accepted.push(outcome.message);
        expiries.set(outcome.message._id.toHexString(), outcome.message.expiresAt.getTime());
      }
    await pass(upTo(400));
  }
  return accepted;
}

const behaviours: readonly Behaviour[] = [
  'takes',
  'takes',
  'takes',
  'takesSilently',
  'callerDiesAfter',
  'callerDiesBefore',
  'later',
  'refuses',
];

/** Changes how the networks behave, and lets claims and their renewals fail for a while. */
async function breakRandomly(isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    network.behaves = { vk: pick(behaviours), ok: pick(behaviours) };
    network.isMute = Math.random() < 0.2;
    if (Math.random() < 0.2)
      store.proxy.fail(
        { kind: 'timeLimit', work: pick(['done', 'undone']) },
        { of: ({ name, collections }) => name === 'update' && collections.includes('serviceMessages') },
      );
    else store.proxy.heal();
    await pass(upTo(1_000));
  }
  store.proxy.heal();
  network.behaves = { vk: 'takes', ok: 'takes' };
  network.isMute = false;
}

async function decided(): Promise<void> {
  await until(
    'every message to be decided',
    async () => {
      // Cuts the waits between attempts short: they grow to a minute.
      await sending.serviceMessages.updateMany(
        { 'outbox.phase': { $exists: true }, 'outbox.claimId': null },
        { $set: { 'outbox.dueAt': new Date(currentTimeMs()) } },
      );
      return (await sending.serviceMessages.countDocuments({ status: 'queued' })) === 0;
    },
    { timeoutMs: 90_000, everyMs: 100 },
  );
  await Promise.all(reporting);
}

it('keeps its promises with slow networks, dying senders and clocks that differ', {
  timeout: 300_000,
}, async () => {
  const phones = Array.from({ length: PHONES }, (_, at) => `+7999${2_000_000 + at}`);
  let isOver = false;
  const [accepted] = await Promise.all([
    sendRandomly(phones)
      .then(async (sent) => {
        await pass(SEVERAL_LEASES_MS);
        return sent;
      })
      .finally(() => {
        isOver = true;
      }),
    breakRandomly(() => isOver),
  ]);
  await decided();
  // From here on the senders ask for reports that got lost.
  setCurrentTime(Math.max(...accepted.map(({ expiresAt }) => expiresAt.getTime())) + REPORT_GRACE_MS);
  await until(
    'every lost report to be asked for',
    async () => (await sending.serviceMessages.countDocuments({ expiryDueAt: { $exists: true } })) === 0,
    { timeoutMs: 60_000, everyMs: 100 },
  );
  while ((await sending.statusEffects.sweep(new Date(currentTimeMs() + DAY_MS))) > 0);

  const messages = await Promise.all(accepted.map((each) => sending.read(each)));
  const byId = new Map(messages.map((message) => [message._id.toHexString(), message]));
  const seen = new Map<string, ServiceStatus>();
  for (const message of messages) {
    holdsN1(seen, message);
    holdsN24(message, network.accepted);
    isNotDenied(message);
  }
  for (const { messageId, at, ttlSeconds } of network.asked) {
    const { expiresAt } = byId.get(messageId)!;
    expect(at.getTime() + ttlSeconds * 1000).toBeLessThanOrEqual(expiresAt.getTime());
  }
  for (const phone of phones)
    for (const { id } of [sending.vk, sending.ok]) {
      const held = network.accepted.filter((each) => each.phone === phone && each.community.id === id);
      const arrived = held.filter(({ tryKey }) => fates.get(tryKey) === 'delivered').length;
      expect(arrived).toBeLessThanOrEqual(quotaLimits.unitsPerWindow);
      const { left } = await sending.quota.left(new Types.ObjectId(id), sending.phones.indexOf(phone));
      expect(arrived).toBeLessThanOrEqual(quotaLimits.unitsPerWindow - left);
    }
  // The run is not empty.
  expect(network.accepted.length).toBeGreaterThan(PHONES);
});

/** The client has it: then the desk may call it expired only with a reason that says so. */
function isNotDenied({ _id, status, endCode }: ServiceMessage): void {
  const arrived = network.accepted.filter(
    ({ messageId, tryKey }) => messageId === _id.toHexString() && fates.get(tryKey) === 'delivered',
  );
  if (arrived.length === 0) return;
  const mayHave = ['delivered', 'read', 'sent'].includes(status) || endCode === 'arrivedLate';
  expect([_id.toHexString(), status, endCode, mayHave || endCode === 'outcomeUnknown']).toEqual([
    _id.toHexString(),
    status,
    endCode,
    true,
  ]);
}
