/** Days and weeks: which make up a period, when they are added up, and that reports say the same from them as from hours. */
import { isDeepStrictEqual } from 'node:util';
import { Types } from 'mongoose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deliveryCountModels } from '../../../server/deliveryReports/deliveryCounts.model.ts';
import type { BuiltSpans } from '../../../server/figures/figures.model.ts';
import type { FollowDeps } from '../../../server/figures/followThreads.ts';
import { dateAfter, dateAt, midnightOf, readPeriod } from '../../../server/figures/period.ts';
import { readReport } from '../../../server/figures/readReport.ts';
import { inTheseHours, inTheseSpans } from '../../../server/figures/readSums.ts';
import { spansOf } from '../../../server/figures/spans.ts';
import { setCurrentTime } from '../../../server/work/clock.ts';
import { drafts, type Figures, followAll, followOnceAs, openFigures, person } from './figuresFixture.ts';

let figures: Figures;
let deliveries: ReturnType<typeof deliveryCountModels>;
beforeAll(async () => {
  figures = await openFigures();
  deliveries = deliveryCountModels(figures.store.connection);
  await figures.store.build(Object.values(deliveries) as never);
});
afterAll(async () => figures?.store[Symbol.asyncDispose]());
afterEach(() => setCurrentTime(null));

const timeZone = 'Europe/Berlin';
/** New ones for each test: a sum has the id of its community. */
let [north, south] = [new Types.ObjectId(), new Types.ObjectId()];
beforeEach(() => {
  [north, south] = [new Types.ObjectId(), new Types.ObjectId()];
});

function periodOf(from: string, to: string, zone = timeZone) {
  const days = readPeriod(from, to, zone);
  if (days.kind !== 'read') throw new Error(days.kind);
  return days;
}

/** A client and two agents for each of these days: every second one of another label, every third of `south`. */
async function liveThrough(deps: FollowDeps, from: string, days: number): Promise<void> {
  for (let nth = 0; nth < days; nth += 1) {
    const date = dateAfter(from, nth);
    const at = (time: string) => new Date(`${date}T${time}Z`);
    const thread = await figures.openConversation(deps.companyId, nth % 3 === 0 ? south : north);
    const entry = await figures.append(thread, drafts.service(at('05:10')));
    const answers = { messageId: entry._id, by: 'button' } as never;
    await figures.append(thread, { ...drafts.reply(at('07:20')), answers });
    await figures.append(thread, drafts.answer(at('08:40'), 1));
    await figures.conversationStore.change(thread._id, () => ({ labels: [nth % 2 ? 'возврат' : 'a.b$c'] }));
    await figures.append(thread, drafts.reply(at('21:50')));
    await figures.append(thread, drafts.answer(at('22:30'), 2));
    await figures.append(thread, drafts.line(at('23:10'), 'resolved', 2));
  }
}

async function reportsOf({ companyId, ...deps }: FollowDeps, from: string, to: string, zone = timeZone) {
  const asked = { timeZone: zone, days: periodOf(from, to, zone) };
  const all = [
    { communityIds: null, subject: 'all', key: '' },
    { communityIds: [south.toHexString()], subject: 'all', key: '' },
    { communityIds: [], subject: 'all', key: '' },
    { communityIds: null, subject: 'person', key: person(2).toHexString() },
    { communityIds: [north.toHexString()], subject: 'label', key: 'a.b$c' },
    { communityIds: null, subject: 'template', key: 'orderReady' },
  ] as const;
  return Promise.all(
    all.map(async (each) => {
      const { countedAt: _at, ...report } = await readReport(
        { ...deps, ...deliveries, companyId },
        { ...asked, ...each },
      );
      return report;
    }),
  );
}

const builtOf = async ({ companyId, figureStates }: FollowDeps) =>
  (await figureStates.findById(companyId).orFail().lean()).spans;
const setBuilt = ({ companyId, figureStates }: FollowDeps, spans: BuiltSpans) =>
  figureStates.updateOne({ _id: companyId }, { $set: { spans } });

describe('a report', () => {
  it('says the same from weeks and days, from hours, and from both, over a clock change', async () => {
    setCurrentTime(Date.parse('2026-11-20T10:00Z'));
    const deps = await figures.openCompany({ timeZone });
    await liveThrough(deps, '2026-10-16', 12);
    await followAll(deps);
    const built = await builtOf(deps);
    expect(built).toEqual({ timeZone, before: '2026-11-20' });
    for (const [from, to] of [
      ['2026-10-18', '2026-11-01'],
      ['2026-10-25', '2026-10-25'],
    ] as const) {
      const fromSpans = await reportsOf(deps, from, to);
      expect(fromSpans[0]!.figures.replies).toBeGreaterThan(0);
      for (const before of ['', '2026-10-22']) {
        await setBuilt(deps, { timeZone, before });
        expect(await reportsOf(deps, from, to)).toEqual(fromSpans);
      }
      await setBuilt(deps, built!);
    }
  });

  it('reads a day by its hours until the day is over, and has what is written late', async () => {
    setCurrentTime(Date.parse('2026-10-26T14:00Z'));
    const deps = await figures.openCompany({ timeZone });
    await liveThrough(deps, '2026-10-24', 2);
    const thread = await figures.openConversation(deps.companyId, north);
    await figures.append(thread, drafts.reply(new Date('2026-10-26T13:00Z')));
    await followAll(deps);
    const repliesOf = async () =>
      (await reportsOf(deps, '2026-10-24', '2026-10-26'))[0]!.days.map(({ replies }) => replies);
    expect(await builtOf(deps)).toEqual({ timeZone, before: '2026-10-26' });
    expect(await repliesOf()).toEqual([2, 2, 1]);
    // The network tells of a reply that it had kept back.
    await figures.append(thread, drafts.reply(new Date('2026-10-24T09:00Z')));
    await followAll(deps);
    expect(await repliesOf()).toEqual([3, 2, 1]);
    setCurrentTime(Date.parse('2026-10-26T23:00Z'));
    await followAll(deps);
    expect(await builtOf(deps)).toEqual({ timeZone, before: '2026-10-27' });
    expect(await repliesOf()).toEqual([3, 2, 1]);
    const { companyId } = deps;
    expect(await deps.figureSpans.countDocuments({ companyId, span: 'day:2026-10-26', subject: 'all' })).toBe(
      1,
    );
  });

  it('is right before, while and after the days of another zone are built', async () => {
    setCurrentTime(Date.parse('2026-10-20T10:00Z'));
    const deps = await figures.openCompany({ timeZone });
    await liveThrough(deps, '2026-10-12', 5);
    await followAll(deps);
    const zone = 'Asia/Tokyo';
    await figures.models.companies.updateOne({ _id: deps.companyId }, { timeZone: zone });
    const [atOnce] = await reportsOf(deps, '2026-10-13', '2026-10-19', zone);
    // 21:50 in UTC is the next day there; the first of the week is of the client who began on the 12th.
    expect(atOnce!.days.map(({ replies }) => replies)).toEqual([2, 2, 2, 2, 1, 0, 0]);
    do {
      await followOnceAs(deps, null);
      expect((await reportsOf(deps, '2026-10-13', '2026-10-19', zone))[0]).toEqual(atOnce);
    } while (!isDeepStrictEqual(await builtOf(deps), { timeZone: zone, before: '2026-10-20' }));
    expect(await deps.figureSpans.distinct('timeZone', { companyId: deps.companyId })).toEqual([zone]);
  });
});

describe('the spans of a period', () => {
  it('hold each of its days once: whole weeks, and days where a week is not whole', () => {
    const of = (from: string, to: string) => spansOf(periodOf(from, to).dates);
    expect(of('2026-10-25', '2026-11-03')).toEqual([
      'day:2026-10-25',
      'week:2026-10-26',
      'day:2026-11-02',
      'day:2026-11-03',
    ]);
    expect(of('2026-10-26', '2026-11-01')).toEqual(['week:2026-10-26']);
    expect(of('2026-10-26', '2026-10-31')).toHaveLength(6);
    // A year, whatever day it begins on.
    for (let nth = 0; nth < 7; nth += 1)
      expect(of(dateAfter('2025-10-01', nth), dateAfter('2026-10-01', nth)).length).toBeLessThanOrEqual(63);
  });

  it('begin at the first midnight when the clocks show it twice', () => {
    // Havana puts its clocks back from 1:00 to 0:00 on 1 November 2026.
    const zone = 'America/Havana';
    expect(midnightOf(zone, '2026-11-01')).toEqual(new Date('2026-11-01T04:00Z'));
    for (const at of ['2026-11-01T04:00Z', '2026-11-01T05:00Z'])
      expect(dateAt(zone, new Date(at))).toBe('2026-11-01');
    expect(dateAt(zone, new Date('2026-11-01T03:59Z'))).toBe('2026-10-31');
  });
});

it('are read by an index, and nothing of other zones, days and communities with them', async () => {
  setCurrentTime(Date.parse('2026-11-20T10:00Z'));
  const deps = await figures.openCompany({ timeZone });
  await liveThrough(deps, '2026-10-12', 6);
  await followAll(deps);
  const { companyId } = deps;
  const dates = periodOf('2026-10-14', '2026-10-26').dates;
  const explained = async (
    model: FollowDeps['figureSpans'] | FollowDeps['figureHours'],
    filter: object,
    sort: object = {},
  ) => {
    const { queryPlanner, executionStats } = (await model.collection
      .find(filter as never)
      .sort(sort as never)
      .explain('executionStats')) as {
      queryPlanner: { winningPlan: object };
      executionStats: { totalDocsExamined: number; nReturned: number };
    };
    expect(JSON.stringify(queryPlanner.winningPlan)).toContain('IXSCAN');
    expect(JSON.stringify(queryPlanner.winningPlan)).not.toMatch(/COLLSCAN|"SORT"/);
    expect(executionStats.nReturned).toBeGreaterThan(0);
    expect(executionStats.totalDocsExamined).toBe(executionStats.nReturned);
  };
  for (const communityIds of [null, [south.toHexString()]])
    for (const subject of ['all', 'person', 'label', 'template'] as const)
      await explained(
        deps.figureSpans,
        inTheseSpans(companyId, { communityIds, subject, key: undefined, timeZone }, dates),
      );
  await explained(
    deps.figureHours,
    inTheseHours(companyId, { communityIds: null, subject: 'all', key: undefined, timeZone }, dates),
    { hour: 1 },
  );
  const day = new Date('2026-10-14T00:00Z');
  await deliveries.deliveryDays.create(
    { _id: 'here', companyId, communityId: south, day },
    { _id: 'elsewhere', companyId: new Types.ObjectId(), communityId: south, day },
  );
  await explained(deliveries.deliveryDays as never, { companyId, day: { $gte: day, $lt: new Date() } });
});
