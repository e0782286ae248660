/**
 * `npm run bench -- followers`: what the search's index and the figures cost messages on their way to the screens. The
 * desk runs with them and without them in turn, so that both meet the same machine. `BENCH_ROUNDS=1` and `BENCH_TABS=50`
 * make it smaller.
 */
import { availableParallelism } from 'node:os';
import { measureSide, type SideReport, type WatchedReport } from './inbox/measureSide.ts';
import { startFollowedDesk, startUnfollowedDesk } from './inbox/sides.ts';

const TABS = Number(process.env.BENCH_TABS ?? 200);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const say = (line: string) => console.error(line);

interface Round {
  without: SideReport;
  with: SideReport;
}

async function measureRound(round: number): Promise<Round> {
  const options = { tabs: TABS, withHighest: false, say };
  const measureWithout = () => measureSide(`${round}, without`, startUnfollowedDesk, options);
  const measureWith = () => measureSide(`${round}, with`, startFollowedDesk, options);
  // What runs second meets a warmer machine: the order changes.
  if (round % 2 === 1) {
    const without = await measureWithout();
    return { without, with: await measureWith() };
  }
  const followed = await measureWith();
  return { without: await measureWithout(), with: followed };
}

function lineOf(round: number, part: 'steady' | 'first', { without, with: followed }: Round) {
  const [bare, ours] = [without[part], followed[part]];
  const cpu = ({ cpu: { program } }: WatchedReport) =>
    Math.round((program.mainMs + program.storeMs + program.othersMs) * 100) / 100;
  const ratio = (a: number, b: number) => Math.round((a / b) * 100) / 100;
  return {
    round,
    messages: part === 'steady' ? 'of known clients' : 'first ones',
    'p50 ms without / with': `${bare.p50Ms} / ${ours.p50Ms}`,
    'p99 ms without / with': `${bare.p99Ms} / ${ours.p99Ms}`,
    'ratio of p99': ratio(ours.p99Ms, bare.p99Ms),
    'processor ms for each': `${cpu(bare)} / ${cpu(ours)}`,
    'ratio of processor': ratio(cpu(ours), cpu(bare)),
    'missing of both': bare.expected - bare.received + ours.expected - ours.received,
    load: `${bare.loadAverage} / ${ours.loadAverage}`,
  };
}

export async function run(): Promise<void> {
  const lines: ReturnType<typeof lineOf>[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const measured = await measureRound(round);
    lines.push(lineOf(round, 'steady', measured), lineOf(round, 'first', measured));
  }
  console.log(`${TABS} tabs, 50 messages/s, ${availableParallelism()} cores`);
  console.table(lines);
}

if (process.argv[1] === new URL(import.meta.url).pathname) await run();
