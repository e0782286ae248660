/**
 * Scenes with slow networks and wrong clocks, each with its real figures and the program's own leases and time-outs.
 * `npx tsx test/faults/slowNetworks.ts scenario NAME` plays one; most take minutes.
 */
import { serviceMessageModel } from '../../server/serviceMessages/serviceMessage.model.ts';
import { openTransitionsModel } from '../../server/serviceMessages/statuses/openTransitions.model.ts';
import { plain } from '../server/templates/imagesFixture.ts';
import { until } from '../support/until.ts';
import { type Findings, findBroken } from './heldByNetworks.ts';
import {
  approveWithImages,
  type Item,
  openSlowDesks,
  pass,
  type SlowDesks,
  type SlowDesksOptions,
} from './slowDesks.ts';

export interface Played extends Findings {
  refused: string[];
}

type Scene = SlowDesksOptions & { play(desks: SlowDesks): Promise<string[]> };

const HOUR_S = 3_600;
const EFFECTS_MS = 60_000;

const atGateway = { vk: 'gateway', clients: 10 } as const;
const byOwnApi = { vk: 'ownApi', clients: 4 } as const;
const byOk = { vk: 'gateway', hasOk: true, clients: 10 } as const;

export const scenarios = {
  /** The gateway answers in 9 s. A new template with two images and a TTL of 15 s. */
  slowGateway: {
    ...atGateway,
    async play(desks) {
      const images = await Promise.all([plain(800, 600), plain(640, 480)]);
      await approveWithImages(
        desks,
        'withImages',
        images.map((bytes) => new Uint8Array(bytes)),
      );
      desks.control.setFaults({ slowAnswersMs: 9_000 });
      const first = await desks.handIn(items(desks, { count: 4, ttlSeconds: 15, template: 'withImages' }));
      await pass(40_000);
      // The template is registered by now: these have 9 s of their 15.
      const second = await desks.handIn(
        items(desks, { count: 4, ttlSeconds: 15, template: 'withImages', from: 1 }),
      );
      await untilDecided(desks, 60_000);
      return [...first, ...second];
    },
  },
  /** One of two processes is stopped while it has claimed some of 40 messages, until all have expired. */
  stopped: {
    ...atGateway,
    async play(desks) {
      // The first message prepares the template in both processes.
      await desks.handIn(items(desks, { count: 10, ttlSeconds: HOUR_S, from: 4 }));
      await untilDecided(desks, 60_000);
      desks.control.setFaults({ slowAnswersMs: 1_500 });
      const all = [0, 1, 2, 3].flatMap((from) => items(desks, { count: 10, ttlSeconds: 15, from }));
      const claimed = until(
        'a claim',
        () => serviceMessageModel(desks.connection).findOne({ 'outbox.phase': 'calling' }).lean(),
        { everyMs: 1 },
      );
      const handingIn = desks.handIn(all);
      await claimed;
      await desks.stopFor(1, 17_000);
      const refused = await handingIn;
      await untilDecided(desks, 90_000);
      return refused;
    },
  },
  /** Odnoklassniki's own API, 20 messages of 5 s each, with hours left. */
  okSlow: {
    ...byOk,
    async play(desks) {
      desks.control.setFaults({ slowAnswersMs: 5_000 });
      const refused = await desks.handIn(
        [0, 1].flatMap((from) => items(desks, { count: 10, ttlSeconds: HOUR_S, from, network: 'ok' })),
      );
      await untilDecided(desks, 300_000);
      return refused;
    },
  },
  /** The same with a TTL of 15 s. */
  okSlowShort: {
    ...byOk,
    async play(desks) {
      desks.control.setFaults({ slowAnswersMs: 5_000 });
      const refused = await desks.handIn(
        [0, 1].flatMap((from) => items(desks, { count: 10, ttlSeconds: 15, from, network: 'ok' })),
      );
      await untilDecided(desks, 200_000);
      return refused;
    },
  },
  /** VK answers "too many requests" for 100 s; four messages with a TTL of 15 s. */
  vkError6: {
    ...byOwnApi,
    async play(desks) {
      desks.control.setFaults({ apiErrors: [{ method: 'messages.send', code: 6 }] });
      const refused = await desks.handIn(items(desks, { count: 4, ttlSeconds: 15 }));
      await pass(100_000);
      desks.control.setFaults({ apiErrors: [] });
      await untilDecided(desks, 60_000);
      await pass(20_000);
      return refused;
    },
  },
  /** The gateway's clock is 45 s ahead, the TTL is 30 s, and one client gets ten messages in a minute. */
  clockAhead: {
    ...atGateway,
    clients: 1,
    async play(desks) {
      desks.control.setFaults({ statusClockMs: 45_000 });
      return tenToOne(desks, 30);
    },
  },
  /** The gateway reports 1970. */
  year1970: { ...atGateway, clients: 1, play: (desks) => reportedAt(desks, '1970-01-01T00:00:30Z') },
  /** The gateway reports the year 0000. */
  year0000: { ...atGateway, clients: 1, play: (desks) => reportedAt(desks, '0000-06-01T00:00:00Z') },
  /** One desk's clock is a day ahead, another one's seconds behind; messages of all kinds. */
  wrongClocks: {
    ...byOk,
    clockShiftsMs: [0, -7_000, 86_400_000],
    async play(desks) {
      const refused = await desks.handIn(
        [0, 1, 2, 3, 4, 5].flatMap((from) => [
          ...items(desks, { count: 10, ttlSeconds: from % 2 ? 15 : HOUR_S, from }),
          ...items(desks, { count: 10, ttlSeconds: from % 2 ? 60 : HOUR_S, from, network: 'ok' }),
        ]),
      );
      await untilDecided(desks, 120_000);
      return refused;
    },
  },
} as const satisfies Record<string, Scene>;

export type ScenarioName = keyof typeof scenarios;

export async function playScenario(name: ScenarioName): Promise<Played> {
  const { play, ...options }: Scene = scenarios[name];
  await using desks = await openSlowDesks(options);
  const outcomes = await play(desks);
  await untilSettled(desks);
  const refused = [...new Set(outcomes.filter((outcome) => outcome !== 'accepted'))];
  return { refused, ...(await findBroken(desks)) };
}

/** One message for each of the first clients. `from` tells the rounds apart. */
export function items(
  { clients }: SlowDesks,
  {
    count,
    from = 0,
    ttlSeconds,
    network = 'vk',
    template,
  }: { count: number; from?: number; ttlSeconds: number; network?: 'vk' | 'ok'; template?: string },
): Item[] {
  return clients.slice(0, count).map(({ phone }, at) => ({
    order: `${at}-${network}-${from}`,
    phone,
    ttlSeconds,
    network,
    ...(template && { template }),
  }));
}

async function tenToOne(desks: SlowDesks, ttlSeconds: number): Promise<string[]> {
  const outcomes: string[] = [];
  for (let from = 0; from < 10; from += 1) {
    outcomes.push(...(await desks.handIn(items(desks, { count: 1, ttlSeconds, from }))));
    await pass(2_000);
  }
  await untilDecided(desks, 60_000);
  return outcomes;
}

async function reportedAt(desks: SlowDesks, time: string): Promise<string[]> {
  desks.control.setFaults({ statusClockMs: Date.parse(time) - Date.now() });
  return tenToOne(desks, 30);
}

/** Resolves when nothing waits to be sent or looked up, or after this time: the report tells what is left. */
export async function untilDecided({ connection }: SlowDesks, mostMs: number): Promise<void> {
  const serviceMessages = serviceMessageModel(connection);
  const endMs = performance.now() + mostMs;
  while (performance.now() < endMs && (await serviceMessages.countDocuments({ status: 'queued' })) > 0)
    await pass(250);
}

/** Resolves when the effects of all transitions are done. */
export async function untilSettled({ connection }: SlowDesks): Promise<void> {
  const rows = openTransitionsModel(connection);
  await until('all effects', async () => (await rows.countDocuments()) === 0, {
    timeoutMs: EFFECTS_MS,
    everyMs: 100,
  });
}
