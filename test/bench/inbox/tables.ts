/** The report of the inbox bench as tables: the figures, and of the slowest hundredth where its time went. */

import type { SideReport, WatchedReport } from './measureSide.ts';
import type { PageReport } from './pages.ts';
import { stageNames } from './stages.ts';

export interface Report {
  tabs: number;
  cores: number;
  sides: { baseline: SideReport; desk: SideReport } | null;
  pages: PageReport[];
  firstScriptKbGzip: number;
}

type Line = { what: string; baseline: number | string; desk: number | string; aim: string };

const ratio = (a = Number.NaN, b = Number.NaN): number => Math.round((a / b) * 100) / 100;

export function figures({ tabs, sides, pages, firstScriptKbGzip }: Report): Line[] {
  const lines: Line[] = [];
  const line = (what: string, baseline: Line['baseline'] = '', desk: Line['desk'] = '', aim = '') =>
    lines.push({ what, baseline, desk, aim });
  if (sides) {
    const { baseline, desk } = sides;
    const runs = (what: string, bare: WatchedReport, ours: WatchedReport, aim: string) => {
      line(`${what}, p50 ms`, bare.p50Ms, ours.p50Ms);
      line(`${what}, p99 ms`, bare.p99Ms, ours.p99Ms, `ratio ${ratio(ours.p99Ms, bare.p99Ms)}${aim}`);
      line('… without samples that met a pause of the ruler', bare.p99WithoutThemMs, ours.p99WithoutThemMs);
      line('… such samples, of all', share(bare), share(ours));
      line("… the ruler's longest pause: writer / listeners, ms", longest(bare), longest(ours));
      line('… ms of the processor for each: thread / store / others', cpu(bare), cpu(ours));
      line("… the ruler's: writer / listeners", rulersCpu(bare), rulersCpu(ours));
      line('… load average when it ended', bare.loadAverage, ours.loadAverage);
    };
    runs(`event to ${tabs} tabs at 50/s`, baseline.steady, desk.steady, ', at most 2');
    runs('the same of 50 new clients/s', baseline.first, desk.first, '');
    if (baseline.highest || desk.highest)
      line(
        'highest rate held 30 s, events/s',
        baseline.highest?.ratePerSecond,
        desk.highest?.ratePerSecond,
        `ratio ${ratio(desk.highest?.ratePerSecond, baseline.highest?.ratePerSecond)}, at least 0.5`,
      );
    line('start to ready, ms', '', desk.atRest?.readyMs, 'under 3000');
    line('memory at rest, MB', '', desk.atRest?.memoryMb);
  }
  for (const { conversations, listMedianMs, threadMedianMs } of pages)
    line(`list / thread page at ${conversations}, median ms`, '', `${listMedianMs} / ${threadMedianMs}`);
  if (pages.length > 1) {
    const spread = (values: number[]) => ratio(Math.max(...values), Math.min(...values));
    const lists = spread(pages.map((page) => page.listMedianMs));
    const threads = spread(pages.map((page) => page.threadMedianMs));
    line('list and thread spread over sizes', '', `${lists} / ${threads}`, 'at most 1.5');
  }
  line("the web's first JavaScript, KB gzip", '', firstScriptKbGzip, 'under 300');
  return lines;
}

/** One column for each run; the desk alone reports stages. */
export function slowest({ sides }: Report): object[] {
  if (!sides) return [];
  const { baseline, desk } = sides;
  const columns = {
    'baseline, steady': baseline.steady,
    'baseline, new': baseline.first,
    'desk, steady': desk.steady,
    'desk, new': desk.first,
  };
  const line = (what: string, read: (run: WatchedReport) => number | string) => ({
    'the slowest hundredth': what,
    ...Object.fromEntries(Object.entries(columns).map(([name, run]) => [name, read(run)])),
  });
  return [
    line('slower than, ms', ({ slowest }) => slowest.fromMs),
    line('samples / of messages', ({ slowest }) => `${slowest.samples} / ${slowest.messages}`),
    line('met a pause of the ruler', ({ slowest }) => slowest.met.rulersPause),
    line("met a collection of the program's thread", ({ slowest }) => slowest.met.mainGc),
    line("met a collection of the store's thread", ({ slowest }) => slowest.met.storeGc),
    ...stageNames.map((name) =>
      line(`${name}: ms (of all) / longest in`, ({ slowest }) => {
        const stage = slowest.stages?.[name];
        return stage ? `${stage.slowestMs} (${stage.allMs}) / ${stage.longestIn}` : '';
      }),
    ),
  ];
}

const share = ({ metRulersPause, received }: WatchedReport) =>
  `${Math.round((metRulersPause / received) * 1000) / 10} %`;

const cpu = ({ cpu: { program } }: WatchedReport) =>
  [program.mainMs, program.storeMs, program.othersMs].map(rounded).join(' / ');

const rulersCpu = ({ cpu: { writer, listeners } }: WatchedReport) =>
  [writer, listeners]
    .map(({ mainMs, storeMs, othersMs }) => rounded(mainMs + storeMs + othersMs))
    .join(' / ');

const rounded = (ms: number) => Math.round(ms * 100) / 100;

const longest = ({ rulersPauses: { writerGc, writerLoop, listenersGc, listenersLoop } }: WatchedReport) =>
  [
    [writerGc, writerLoop],
    [listenersGc, listenersLoop],
  ]
    .map((pauses) => Math.max(...pauses.map(({ longestMs }) => longestMs)))
    .join(' / ');
