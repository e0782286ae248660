/**
 * Slow networks, stopped processes and wrong clocks: three desk processes over one store send by a gateway, by VK's and
 * by Odnoklassniki's own API. The networks answer after up to several leases, lose answers and reports, and report by
 * clocks of their own. Processes are stopped at random moments for longer than a lease; one clock is seconds behind,
 * one is a day ahead. `npx tsx test/faults/slowNetworks.ts random 300 gateway` does that for 300 s;
 * `npx tsx test/faults/slowNetworks.ts scenario NAME` plays a scene of `slowScenarios.ts`.
 */
import type { DeskTiming } from '../../server/app/createServer.ts';
import { serviceMessageModel } from '../../server/serviceMessages/serviceMessage.model.ts';
import { until } from '../support/until.ts';
import { type Findings, findBroken } from './heldByNetworks.ts';
import {
  type Item,
  openSlowDesks,
  pass,
  type SlowDesks,
  type SlowDesksOptions,
  WRONG_CLOCKS_MS,
} from './slowDesks.ts';
import { playScenario, type ScenarioName, scenarios, untilDecided, untilSettled } from './slowScenarios.ts';

export interface RandomReport extends Findings {
  stops: number;
  refused: string[];
  seconds: number;
}

/** Real times in proportion: the lease is a fifth. */
const CLAIM_LEASE_MS = 4_000;
const timing: DeskTiming = {
  lease: { leaseMs: 3_000, renewEveryMs: 500, lookEveryMs: 200 },
  serviceSender: {
    pollMs: 100,
    claimLeaseMs: CLAIM_LEASE_MS,
    callMostMs: 3_000,
    settleMostMs: 3_000,
    followLeaseMs: CLAIM_LEASE_MS,
  },
};
/** The networks finish what was begun within this: less than the settle time, which no network promises. */
const WORK_MOST_MS = 2_000;
const ANSWER_MOST_MS = 3 * CLAIM_LEASE_MS;
const slow = { mostMs: ANSWER_MOST_MS, workMostMs: WORK_MOST_MS };

export interface SlowNetworksOptions extends Pick<SlowDesksOptions, 'vk'> {
  seconds: number;
  clients?: number;
  /** How often each client gets a message in each network, at most. */
  rounds?: number;
  /** Whether to wait for the reports that got lost: the desk asks for them a minute after the message's time. */
  waitsForReports?: boolean;
}

export async function slowNetworks({
  seconds,
  vk,
  clients = 12,
  rounds = 9,
  waitsForReports = true,
}: SlowNetworksOptions): Promise<RandomReport> {
  const startedAt = performance.now();
  await using desks = await openSlowDesks({
    vk,
    hasOk: true,
    clients,
    clockShiftsMs: WRONG_CLOCKS_MS,
    timing,
  });
  const endMs = performance.now() + seconds * 1000;
  const isOver = () => performance.now() >= endMs;
  const outcomes: string[] = [];
  let stops = 0;
  await Promise.all([
    (async () => {
      for (let round = 0; !isOver() && round < rounds; round += 1) {
        outcomes.push(...(await desks.handIn(randomItems(desks, round))));
        await passUnless(isOver, 500 + Math.random() * 3_000);
      }
    })(),
    (async () => {
      while (!isOver()) {
        breakNetworks(desks);
        await passUnless(isOver, 1_000 + Math.random() * CLAIM_LEASE_MS);
      }
    })(),
    (async () => {
      while (!isOver()) {
        await passUnless(isOver, Math.random() * 3_000);
        stops += 1;
        await desks.stopFor(
          Math.floor(Math.random() * WRONG_CLOCKS_MS.length),
          (0.5 + Math.random() * 2) * CLAIM_LEASE_MS,
        );
      }
    })(),
  ]);
  desks.control.clearFaults();
  await untilDecided(desks, 120_000);
  if (waitsForReports) await untilReported(desks);
  await untilSettled(desks);
  return {
    stops,
    refused: [...new Set(outcomes.filter((outcome) => outcome !== 'accepted'))],
    ...(await findBroken(desks)),
    seconds: Math.round((performance.now() - startedAt) / 1000),
  };
}

const pick = <T>(of: readonly T[]): T => of[Math.floor(Math.random() * of.length)]!;

/** More than five for each client in the end, so that some are refused. */
function randomItems({ clients }: SlowDesks, round: number): Item[] {
  return clients.flatMap(({ phone }, at) =>
    (['vk', 'ok'] as const).map((network) => ({
      order: `${at}-${network}-${round}`,
      phone,
      network,
      ttlSeconds: pick([15, 15, 20, 60, 3_600]),
    })),
  );
}

const YEARS_MS = 365 * 86_400_000;

function breakNetworks({ control }: SlowDesks): void {
  const slowNow = (method: string) => (Math.random() < 0.7 ? [{ method, ...slow }] : []);
  control.setFaults({
    delays: [
      'gateway.send',
      'gateway.lookup',
      'messages.send',
      'messages.getHistory',
      'ok.me/messages',
    ].flatMap(slowNow),
    apiErrors: Math.random() < 0.2 ? [{ method: 'messages.send', code: 6 }] : [],
    cuts: [
      {
        method: pick(['gateway.send', 'messages.send', 'ok.me/messages']),
        when: pick(['before', 'after']),
        times: 1,
      },
    ],
    statusClockMs: pick([
      0,
      45_000,
      -20_000,
      -55 * YEARS_MS,
      Date.parse('0000-06-01T00:00:00Z') - Date.now(),
    ]),
    statusDelayMs: pick([0, 0, 500, 5_000]),
    statusLose: pick([0, 0, 1]),
  });
}

/** Reports that were lost or are late: the desk asks the gateway a while after the message's time. */
async function untilReported({ connection, control }: SlowDesks): Promise<void> {
  await until(
    'every report to have come, or the time of the message to be over',
    async () => {
      const [late] = await serviceMessageModel(connection)
        .find({ status: 'sent', expiryDueAt: { $exists: true, $lt: new Date(Date.now() + 120_000) } })
        .limit(1)
        .lean();
      return !late && control.gatewayCounters().statusesWaiting === 0;
    },
    { timeoutMs: 240_000, everyMs: 250 },
  );
}

async function passUnless(isOver: () => boolean, ms: number): Promise<void> {
  const end = performance.now() + ms;
  while (!isOver() && performance.now() < end) await pass(Math.min(100, end - performance.now()));
}

const print = (report: object) => process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [kind, ...rest] = process.argv.slice(2);
  if (kind === 'random') {
    const [seconds = '60', vk = 'gateway'] = rest;
    print(await slowNetworks({ seconds: Number(seconds), vk: vk === 'ownApi' ? 'ownApi' : 'gateway' }));
  } else if (kind === 'scenario' && rest[0] && Object.hasOwn(scenarios, rest[0]))
    print(await playScenario(rest[0] as ScenarioName));
  else {
    process.stderr.write(`random SECONDS gateway|ownApi, or scenario ${Object.keys(scenarios).join('|')}\n`);
    process.exitCode = 1;
  }
}
