/**
 * `npm run bench -- reports`: how long a report of 30 days and of a year takes, from days and weeks and from hours alone, in
 * turn, over generated sums of a year. `BENCH_DAYS=120` makes it smaller.
 */
import { Types } from 'mongoose';
import { companyModel } from '../../server/companies/company.model.ts';
import { deliveryCountModels } from '../../server/deliveryReports/deliveryCounts.model.ts';
import { buildSpans } from '../../server/figures/buildSpans.ts';
import {
  type BuiltSpans,
  type Counts,
  type FigureHour,
  type FigureState,
  figureModels,
  noSpans,
  type Subject,
} from '../../server/figures/figures.model.ts';
import { dateAfter, dateAt, midnightOf, readPeriod } from '../../server/figures/period.ts';
import { readReport } from '../../server/figures/readReport.ts';
import { insertEach, throwUnless } from '../../server/storage/bulkWrites.ts';
import { openTestStore } from '../support/store.ts';
import { createRandom } from './search/texts.ts';

const DAYS = Number(process.env.BENCH_DAYS ?? 732);
const TURNS = 5;
const COMMUNITIES = 3;
const timeZone = 'Europe/Moscow';
/** Each hour of the day has these rows in each community. */
const rows: readonly [Subject, string[]][] = [
  ['all', ['']],
  ['person', Array.from({ length: 7 }, () => new Types.ObjectId().toHexString())],
  ['label', ['доставка', 'возврат', 'оплата', 'наличие', 'срочно', 'гарантия', 'обмен', 'адрес']],
  ['template', ['orderReady', 'orderShipped', 'payment', 'refund', 'courier', 'hello']],
];
const say = (line: string) => console.error(line);

const random = createRandom(7);
const below = (most: number) => Math.floor(random() * most);

function countsOf(subject: Subject): Counts {
  if (subject === 'template') return { serviceAnswered: 1 + below(5) };
  const firsts = Object.fromEntries(
    Array.from({ length: 1 + below(6) }, () => [`first:${250 + below(200)}`, 1]),
  );
  return {
    replies: 4 + below(20),
    answers: 3 + below(20),
    cases: 1 + below(6),
    waits: 2 + below(9),
    firstAnswers: Object.keys(firsts).length,
    firstMs: below(9_000_000),
    ...firsts,
    resolved: 1 + below(4),
    resolutions: 1,
    resolutionMs: below(90_000_000),
    [`resolution:${400 + below(150)}`]: 1,
    ...(subject === 'person' ? { [`answers:${below(12)}`]: 2 } : {}),
  };
}

export async function run(): Promise<void> {
  await using store = await openTestStore();
  const { connection } = store;
  const models = { ...figureModels(connection), ...deliveryCountModels(connection) };
  await store.build([...Object.values(models), companyModel(connection)] as never);
  const companyId = new Types.ObjectId();
  const deps = { ...models, companyId };
  const today = dateAt(timeZone, new Date());
  const communities = Array.from({ length: COMMUNITIES }, () => new Types.ObjectId());

  let written = 0;
  for (let nth = DAYS; nth > 0; nth -= 1) {
    const hours: FigureHour[] = [];
    const sent: object[] = [];
    const midnightMs = midnightOf(timeZone, dateAfter(today, -nth)).getTime();
    for (let hour = 9; hour < 19; hour += 1)
      for (const communityId of communities) {
        const at = new Date(midnightMs + hour * 3_600_000);
        const of = { companyId, communityId, hour: at };
        for (const [subject, keys] of rows)
          for (const key of keys)
            hours.push({
              _id: `${communityId}.${at.getTime() / 60_000}.${subject}.${key}`,
              ...of,
              subject,
              key,
              counts: countsOf(subject),
              step: 0,
            });
        const templates = Object.fromEntries(
          rows[3]![1].map((name) => [`:${name}`, { sent: 5, delivered: 5, messages: 5 }]),
        );
        const counts = { sent: 30, delivered: 30 };
        sent.push({ _id: `${communityId}.${at.getTime()}`, ...of, counts, templates, summed: [] });
      }
    throwUnless(await insertEach(models.figureHours.collection, hours));
    throwUnless(await insertEach(models.deliveryHours.collection, sent));
    written += hours.length;
  }
  say(`${written} sums of hours in ${DAYS} days`);

  const state = () => models.figureStates.findById(companyId).orFail().lean<FigureState>();
  const fresh = { lease: null, step: 0, journal: null, backfill: null, settings: '', caughtUpAt: null };
  await models.figureStates.create({ _id: companyId, ...fresh, spans: noSpans });
  const begunMs = performance.now();
  while (await buildSpans(deps, await state(), timeZone));
  const seconds = ((performance.now() - begunMs) / 1_000).toFixed(1);
  say(`${await models.figureSpans.countDocuments()} sums of days and weeks, built in ${seconds} s`);

  const built = (await state()).spans!;
  const ways: Record<string, BuiltSpans> = { 'days and weeks': built, hours: noSpans };
  const lines = [];
  for (const days of [30, 366]) {
    const times: Record<string, number[]> = { 'days and weeks': [], hours: [] };
    const period = readPeriod(dateAfter(today, 1 - days), today, timeZone);
    if (period.kind !== 'read') throw new Error(period.kind);
    const asked = { communityIds: null, subject: 'all', key: '', timeZone, days: period } as const;
    for (let turn = 0; turn < TURNS; turn += 1)
      for (const [way, spans] of Object.entries(ways)) {
        await models.figureStates.updateOne({ _id: companyId }, { $set: { spans } });
        const fromMs = performance.now();
        await readReport(deps, asked);
        times[way]!.push(performance.now() - fromMs);
      }
    const line: Record<string, number> = { days };
    for (const [way, all] of Object.entries(times)) {
      const sorted = [...all].sort((a, b) => a - b);
      line[`${way}: median ms`] = Math.round(sorted[TURNS >> 1]!);
      line[`${way}: most ms`] = Math.round(sorted.at(-1)!);
    }
    lines.push(line);
    say(JSON.stringify(line));
  }
  console.table(lines);
}

if (process.argv[1] === new URL(import.meta.url).pathname) await run();
