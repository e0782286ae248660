/**
 * `npm run bench -- inbox`: measures the desk and a bare baseline over the same store, in the same run.
 * `BENCH_ONLY=latency,highest,pages` runs only those parts; `BENCH_SIZES=1000,100000` and `BENCH_TABS=50` make it
 * smaller.
 */
import { availableParallelism } from 'node:os';
import { firstScriptKb } from '../support/firstScript.ts';
import { measureSide } from './inbox/measureSide.ts';
import { measurePages } from './inbox/pages.ts';
import { startBaseline, startDesk } from './inbox/sides.ts';
import { figures, type Report, slowest } from './inbox/tables.ts';

const TABS = Number(process.env.BENCH_TABS ?? 200);
const SIZES = (process.env.BENCH_SIZES ?? '1000,100000,1000000').split(',').map(Number);
const only = process.env.BENCH_ONLY?.split(',');

const say = (line: string) => console.error(line);
const isAsked = (part: string) => only === undefined || only.includes(part);

async function measureSides(): Promise<Report['sides']> {
  const options = { tabs: TABS, withHighest: isAsked('highest'), say };
  const baseline = await measureSide('baseline', startBaseline, options);
  const desk = await measureSide('desk', startDesk, options);
  return { baseline, desk };
}

export async function run(): Promise<void> {
  const report: Report = {
    tabs: TABS,
    cores: availableParallelism(),
    sides: isAsked('latency') || isAsked('highest') ? await measureSides() : null,
    pages: isAsked('pages') ? await measurePages(SIZES, say) : [],
    firstScriptKbGzip: await firstScriptKb('ru'),
  };
  console.table(figures(report));
  if (report.sides) console.table(slowest(report));
  console.log(JSON.stringify(report, null, 2));
}

if (process.argv[1] === new URL(import.meta.url).pathname) await run();
