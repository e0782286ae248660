/**
 * Disturbs listening in random ways at random moments, repeatedly, and checks each time that the client's next
 * message is stored soon. This exposes a poll loop that hangs, or that sleeps and is not woken. `npx tsx
 * test/faults/pollStress.ts 200 7` runs 200 rounds with the seed 7.
 */
import { changeCommunity } from '../../server/communities/connectCommunity.ts';
import { seededRandom } from '../../server/sandbox/seededRandom.ts';
import { sessionTimes, startVkDesk, type VkDesk, type VkProcess } from '../server/channels/vk/vkDesk.ts';
import { anna, boris, groupId, token } from '../server/channels/vk/vkFixture.ts';
import { until } from '../support/until.ts';

export interface StressReport {
  rounds: number;
  seed: number;
  /** Time from writing to storing: the median round and the slowest one. */
  medianMs: number;
  slowest: { ms: number; round: number; after: string };
  /** Rounds whose message was late, with the disturbance before it. `ms` is null when the message never came. */
  late: { round: number; after: string; ms: number | null }[];
}

const STORED_WITHIN_MS = 3_000;
/** How long to wait for a late message before it counts as lost. */
const NEVER_AFTER_MS = 30_000;

export async function pollStress(rounds: number, seed: number): Promise<StressReport> {
  const random = seededRandom(seed);
  const desk = await startVkDesk();
  const took: { ms: number; round: number; after: string }[] = [];
  const late: StressReport['late'] = [];
  try {
    const processes = [await desk.process({ session: sessionTimes })];
    const world: World = { desk, processes, random, mayBeStopped: false };
    await desk.connect(world.processes[0] as VkProcess);
    await desk.isIn('live');
    for (let round = 0; round < rounds; round += 1) {
      const done: string[] = [];
      for (let deed = 0; deed < 1 + random() * 3; deed += 1) {
        const name = pick(Object.keys(deeds), random);
        done.push(name);
        await soon(`${done.join(', ')} (seed ${seed}, round ${round})`, deeds[name]?.(world));
        await pause(random() * 40);
      }
      const after = done.join(', ');
      await soon(`whole after ${after} (seed ${seed}, round ${round})`, makeWhole(world));
      const userId = random() < 0.5 ? anna : boris;
      const text = `round ${round}`;
      const writtenAtMs = performance.now();
      desk.sandbox.control.clientSends({ groupId, userId, text });
      const stored = async () => {
        await giveTokenIfStopped(world);
        return (await desk.texts(userId)).includes(text);
      };
      const isStored = await until(text, stored, { timeoutMs: NEVER_AFTER_MS, everyMs: 10 }).catch(
        () => false,
      );
      const ms = isStored ? Math.round(performance.now() - writtenAtMs) : null;
      if (ms !== null && ms <= STORED_WITHIN_MS) took.push({ ms, round, after });
      else late.push({ round, after, ms });
    }
  } finally {
    desk.sandbox.control.clearFaults();
    await desk[Symbol.asyncDispose]();
  }
  took.sort((left, right) => left.ms - right.ms);
  return {
    rounds,
    seed,
    medianMs: took[Math.floor(took.length / 2)]?.ms ?? 0,
    slowest: took.at(-1) ?? { ms: 0, round: -1, after: '' },
    late,
  };
}

interface World {
  desk: VkDesk;
  processes: VkProcess[];
  random: () => number;
  /**
   * Set once VK was made to refuse the token, until a new token is given. The refused call may still be running when
   * the round ends, so the listener may write `stopped` at any later moment.
   */
  mayBeStopped: boolean;
}

type Deed = (world: World) => Promise<unknown> | unknown;

const faults =
  (input: Parameters<VkDesk['sandbox']['control']['setFaults']>[0]): Deed =>
  ({ desk }) =>
    desk.sandbox.control.setFaults(input);
const change =
  (patch: Parameters<typeof changeCommunity>[2]): Deed =>
  async (world) => {
    const { _id } = await world.desk.community();
    return changeCommunity((await someProcess(world)).actions, _id.toHexString(), patch);
  };

const deeds: Record<string, Deed> = {
  startProcess: async (world) => {
    if (world.processes.length < 3) world.processes.push(await world.desk.process({ session: sessionTimes }));
  },
  stopProcess: async ({ processes, random }) => removeRandom(processes, random)?.stop(),
  killProcess: async ({ processes, random }) => removeRandom(processes, random)?.die(),
  wake: ({ processes }) => processes.map(({ vk }) => vk.wake()),
  switchOff: change({ isEnabled: false }),
  switchOffAndOn: async (world) => {
    await change({ isEnabled: false })(world);
    await pause(world.random() * 10);
    await change({ isEnabled: true })(world);
  },
  giveTheSameToken: change({ token }),
  webhookOnly: change({ intake: { longPoll: false, webhook: true } }),
  both: change({ intake: { longPoll: true, webhook: true } }),
  longPollOnly: change({ intake: { longPoll: true, webhook: false } }),
  networkOff: faults({ networkOff: true }),
  historyLost: faults({ longPollFailed: [{ failed: 1, times: 2 }] }),
  keyExpired: faults({ longPollFailed: [{ failed: 2, times: 3 }] }),
  stateLost: faults({ longPollFailed: [{ failed: 3, times: 2 }] }),
  cutPolls: faults({ cuts: [{ method: 'longPoll', when: 'before', times: 3 }] }),
  cutAnswers: faults({ cuts: [{ method: 'longPoll', when: 'after', times: 2 }] }),
  cutCalls: faults({ cuts: [{ method: '*', when: 'after', times: 2 }] }),
  slow: faults({ slowAnswersMs: 60 }),
  internalErrors: faults({ apiErrors: [{ method: '*', code: 10, times: 3 }] }),
  tooMany: faults({ apiErrors: [{ method: 'groups.getLongPollServer', code: 6, times: 1 }] }),
  tokenInvalid: (world) => {
    world.mayBeStopped = true;
    return faults({ tokenInvalid: true })(world);
  },
  repeats: faults({ repeatEvents: 3 }),
  clearFaults: ({ desk }) => desk.sandbox.control.clearFaults(),
  dropQueue: ({ desk }) => desk.sandbox.control.dropEventQueue({ groupId }),
  expireKeys: ({ desk }) => desk.sandbox.control.expireLongPollKeys({ groupId }),
  write: ({ desk }) => desk.sandbox.control.clientSends({ groupId, userId: anna, text: 'between' }),
};

/** Removes every disturbance: from here on, a client's message must come. */
async function makeWhole(world: World): Promise<void> {
  const { control } = world.desk.sandbox;
  control.clearFaults();
  const { actions, vk } = await someProcess(world);
  await giveTokenIfStopped(world);
  const { _id, isEnabled, intake } = await world.desk.community();
  const id = _id.toHexString();
  if (!isEnabled) await changeCommunity(actions, id, { isEnabled: true });
  if (!intake.longPoll)
    await changeCommunity(actions, id, { intake: { longPoll: true, webhook: intake.webhook } });
  if (world.random() < 0.3) vk.wake();
}

/**
 * As an administrator would when the community has stopped. If it stopped without a refused token, it stays stopped:
 * its message then never comes, and the report says so.
 */
async function giveTokenIfStopped(world: World): Promise<void> {
  if (!world.mayBeStopped) return;
  const { _id, connection } = await world.desk.community();
  if (connection.state !== 'stopped') return;
  // A stop that is written later names the refused token, so it no longer applies after this.
  await changeCommunity((await someProcess(world)).actions, _id.toHexString(), { token, isEnabled: true });
  world.mayBeStopped = false;
}

async function someProcess(world: World): Promise<VkProcess> {
  if (world.processes.length === 0) world.processes.push(await world.desk.process({ session: sessionTimes }));
  return pick(world.processes, world.random);
}

function removeRandom<T>(list: T[], random: () => number): T | undefined {
  return list.splice(Math.floor(random() * list.length), 1)[0];
}

function pick<T>(list: readonly T[], random: () => number): T {
  const one = list[Math.floor(random() * list.length)];
  if (one === undefined) throw new Error('There is nothing to pick from');
  return one;
}

/** No action on listening may take this long, whatever happens meanwhile. */
const DONE_WITHIN_MS = 20_000;

async function soon(what: string, deed: unknown): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Hangs: ${what}`)), DONE_WITHIN_MS);
  });
  await Promise.race([deed, tooLong]).finally(() => clearTimeout(timer));
}

/** Lets a started action reach some random point of its work. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [rounds = 200, seed = Date.now() % 1_000_000] = process.argv.slice(2).map(Number);
  const report = await pollStress(rounds, seed);
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  process.exitCode = report.late.length > 0 ? 1 : 0;
}
