/**
 * Simulates an hour of sending and the two days after it, with a movable clock. Thousands of sends to some hundred
 * phones; the gateway fails, loses answers, stops, and reports late, twice or never. The result comes from the
 * gateway's data: nothing handed over past its time (N19, time to live), no sixth per phone in 24 hours (N7, the
 * daily quota).
 */
import { Types } from 'mongoose';
import { seededRandom } from '../../../server/sandbox/seededRandom.ts';
import { quotaLimits } from '../../../server/serviceMessages/quota/quota.ts';
import type { Receipt } from '../../../server/serviceMessages/sending/serviceChannel.ts';
import type { ServiceMessage } from '../../../server/serviceMessages/serviceMessage.model.ts';
import { type SendingFixture, startSending } from '../../server/serviceMessages/sendingFixture.ts';
import {
  type AcceptedSend,
  type Behaviour,
  type SteeredNetwork,
  steeredNetwork,
} from '../../server/serviceMessages/steeredNetwork.ts';
import { holdClock, type MovableClock } from './movableClock.ts';

export interface HourReport {
  seed: number;
  sends: number;
  accepted: number;
  refusedByQuota: number;
  /** Number of handovers to the gateway: one per message and call. */
  handedOver: number;
  expired: number;
  undelivered: number;
  reached: number;
  pastTheirTime: number;
  sixths: number;
  /** Real time. */
  seconds: number;
}

const STEP_MS = 5_000;
const HOUR_MS = 3600_000;
const PHONES = 300;
const TTLS = [15, 20, 60, 300, 1_800, 3600, 6 * 3600, 24 * 3600];
const BAD: Behaviour[] = [
  'takesSilently',
  'callerDiesAfter',
  'callerDiesBefore',
  'later',
  'refuses',
  'stopped',
];
const STATUSES = ['delivered', 'delivered', 'read', 'undelivered', 'expired'] as const;

export async function simulateHour({ sends, seed }: { sends: number; seed: number }): Promise<HourReport> {
  const startedAt = performance.now();
  // Starts at the real time: the store expires old data by its own clock, which nobody moves.
  const clock = holdClock(Date.now());
  try {
    const network = steeredNetwork();
    await using sending = await startSending({ channels: network.channels });
    const run = new Run(sending, network, clock, seed);
    const steps = HOUR_MS / STEP_MS;
    for (let step = 0; step < steps; step += 1) {
      await run.send(Math.round(((step + 1) * sends) / steps) - run.sends);
      await run.step(STEP_MS);
    }
    // More sends to the same phones while quota units are released, until every message has ended.
    for (let halfHour = 0; halfHour < 100; halfHour += 1) {
      if (halfHour < 56) await run.send(40);
      await run.step(HOUR_MS / 2);
    }
    return {
      ...(await run.results()),
      seed,
      seconds: Math.round((performance.now() - startedAt) / 100) / 10,
    };
  } finally {
    clock.restore();
  }
}

class Run {
  sends = 0;
  private refusedByQuota = 0;
  private readonly accepted: ServiceMessage[] = [];
  private reportedUpTo = 0;
  private readonly sending: SendingFixture;
  private readonly network: SteeredNetwork;
  private readonly clock: MovableClock;
  private readonly random: () => number;

  constructor(sending: SendingFixture, network: SteeredNetwork, clock: MovableClock, seed: number) {
    this.sending = sending;
    this.network = network;
    this.clock = clock;
    this.random = seededRandom(seed);
  }

  private pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.random() * list.length)]!;
  }

  async send(count: number): Promise<void> {
    const { accepting, sender } = this.sending;
    const items = Array.from({ length: count }, () => {
      const number = this.sends++;
      return {
        request: {
          phone: `+7999${String(1_000_000 + Math.floor(this.random() * PHONES))}`,
          template: 'orderReady',
          variables: { order: `№ ${number}` },
          deliveryPolicy: 'any' as const,
          ttlSeconds: this.pick(TTLS),
          route: this.pick([['vk'], ['vk', 'ok'], ['ok', 'vk']] as const).slice() as ('vk' | 'ok')[],
        },
        repeatTokens: [`client:${number}`],
        requestHash: String(number),
      };
    });
    for (const outcome of await accepting.accept(sender, items)) {
      if (outcome.kind === 'accepted') this.accepted.push(outcome.message);
      else if (outcome.kind === 'refused' && outcome.refusal.code === 'quotaSpent') this.refusedByQuota += 1;
      else throw new Error(`A send was ${JSON.stringify(outcome)}`);
    }
  }

  async step(ms: number): Promise<void> {
    const behaves = (): Behaviour => (this.random() < 0.7 ? 'takes' : this.pick(BAD));
    this.network.behaves = { vk: behaves(), ok: behaves() };
    await this.sending.work();
    await this.report();
    await this.sending.tend();
    this.clock.move(ms);
  }

  /** Reports most of the new messages, some twice, some never. */
  private async report(): Promise<void> {
    const handedOver = this.network.accepted.slice(this.reportedUpTo);
    this.reportedUpTo = this.network.accepted.length;
    const receipts = handedOver.flatMap((accepted) => {
      if (this.random() < 0.2) return [];
      const receipt = receiptOf(accepted, this.pick(STATUSES));
      return this.random() < 0.2 ? [receipt, receipt] : [receipt];
    });
    if (receipts.length > 0) await this.sending.receipts.record(receipts);
  }

  async results(): Promise<Omit<HourReport, 'seed' | 'seconds'>> {
    const { accepted } = this.network;
    const kept = new Map<string, ServiceMessage>();
    for await (const message of this.sending.serviceMessages.find().lean<ServiceMessage[]>().cursor())
      kept.set(message._id.toHexString(), message);
    const countOf = (...statuses: string[]) =>
      this.accepted.filter(({ _id }) => statuses.includes(kept.get(_id.toHexString())!.status)).length;
    return {
      sends: this.sends,
      accepted: this.accepted.length,
      refusedByQuota: this.refusedByQuota,
      handedOver: accepted.length,
      expired: countOf('expired'),
      undelivered: countOf('undelivered'),
      reached: countOf('delivered', 'read'),
      pastTheirTime: accepted.filter(({ messageId, at, ttlSeconds }) => {
        const { expiresAt } = kept.get(messageId)!;
        return at >= expiresAt || at.getTime() + ttlSeconds * 1000 > expiresAt.getTime();
      }).length,
      sixths: countSixths(accepted, kept),
    };
  }
}

function receiptOf({ community, tryKey }: AcceptedSend, status: NonNullable<Receipt['status']>): Receipt {
  return {
    communityId: new Types.ObjectId(community.id),
    externalId: null,
    tryKey,
    status,
    at: new Date(),
    code: status === 'undelivered' ? 'noActiveDevice' : null,
    networkCode: null,
    source: 'receipt',
  };
}

/** A message that ended without reaching the client has released its unit (N7, the daily quota). */
function countSixths(accepted: AcceptedSend[], kept: Map<string, ServiceMessage>): number {
  const timesOf = new Map<string, number[]>();
  for (const { community, phone, messageId, at } of accepted) {
    const { status } = kept.get(messageId)!;
    if (status === 'undelivered' || status === 'expired') continue;
    const key = `${community.id} ${phone}`;
    timesOf.set(key, [...(timesOf.get(key) ?? []), at.getTime()]);
  }
  let sixths = 0;
  for (const times of timesOf.values()) {
    times.sort((a, b) => a - b);
    times.forEach((at, place) => {
      const sixth = times[place + quotaLimits.unitsPerWindow];
      if (sixth !== undefined && sixth < at + quotaLimits.windowMs) sixths += 1;
    });
  }
  return sixths;
}
