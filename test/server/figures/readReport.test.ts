import fc from 'fast-check';
import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliveryCountModels } from '../../../server/deliveryReports/deliveryCounts.model.ts';
import { binOf, msOfBin, quantile } from '../../../server/figures/histogram.ts';
import { readPeriod } from '../../../server/figures/period.ts';
import { readBreaches } from '../../../server/figures/readBreaches.ts';
import { readReport } from '../../../server/figures/readReport.ts';
import { reportAnswer } from '../../../shared/schemas/report.ts';
import { drafts, type Figures, followAll, openFigures, person } from './figuresFixture.ts';
import { recount, type Totals } from './recount.ts';

let figures: Figures;
let deliveries: ReturnType<typeof deliveryCountModels>;
beforeAll(async () => {
  figures = await openFigures();
  deliveries = deliveryCountModels(figures.store.connection);
  await figures.store.build(Object.values(deliveries) as never);
});
afterAll(async () => figures?.store[Symbol.asyncDispose]());

const timeZone = 'Europe/Berlin';
const office = { fromMinute: 9 * 60, toMinute: 18 * 60 };
const MINUTE_MS = 60_000;

function periodOf(from: string, to: string) {
  const days = readPeriod(from, to, timeZone);
  if (days.kind !== 'read') throw new Error(days.kind);
  return days;
}

describe('a report', () => {
  it('has in every figure what a recount of the threads gives, over a clock change and the period before', async () => {
    const deps = await figures.openCompany({ timeZone, workingDays: Array(7).fill(office), holidays: [] });
    const { companyId } = deps;
    const [north, south] = [new Types.ObjectId(), new Types.ObjectId()];
    // Five days around the night in which the clocks are put back, by the same rule in every run.
    let random = 7;
    const next = (below: number) => {
      random = (random * 1_103_515_245 + 12_345) % 2_147_483_648;
      return random % below;
    };
    for (let nth = 0; nth < 12; nth += 1) {
      const thread = await figures.openConversation(companyId, nth % 3 === 0 ? south : north);
      let atMs = Date.parse('2026-10-22T22:00Z') + next(5 * 24 * 60) * MINUTE_MS;
      for (let message = 0; message < 9; message += 1) {
        const at = new Date(atMs);
        const what = next(5);
        if (what < 2) await figures.append(thread, drafts.reply(at));
        else if (what < 4) await figures.append(thread, drafts.answer(at, 1 + next(2)));
        else await figures.append(thread, drafts.line(at, 'resolved', 1 + next(2)));
        atMs += next(180) * MINUTE_MS;
      }
    }
    await followAll(deps);
    const totals = await recount(figures, companyId);
    const from = '2026-10-25';
    const to = '2026-10-27';
    const report = async (communityIds: string[] | null, key = '') =>
      reportAnswer.parse(
        await readReport(
          { ...deps, ...deliveries },
          { communityIds, subject: key ? 'person' : 'all', key, timeZone, days: periodOf(from, to) },
        ),
      );
    for (const community of [null, north, south]) {
      const shown = await report(community && [community.toHexString()]);
      const mine = (first: string, last: string, subject = 'all') =>
        pick(totals, { community, first, last, subject });
      checkFigures(shown.figures, mine(from, to));
      checkFigures(shown.before, mine('2026-10-22', '2026-10-24'));
      expect(shown.hours.flat().reduce((sum, count) => sum + count, 0)).toBe(shown.figures.replies);
      for (const day of shown.days) expect(day.replies).toBe(mine(day.date, day.date).replies ?? 0);
      expect(shown.people.length).toBeGreaterThan(0);
      for (const row of shown.people) checkFigures(row, mine(from, to, `person ${row.key}`));
    }
    expect((await report([])).figures.replies).toBe(0);
    const own = await report(null, person(1).toHexString());
    checkFigures(
      own.figures,
      pick(totals, { community: null, first: from, last: to, subject: `person ${person(1)}` }),
    );
    expect(own.hours.flat().reduce((sum, count) => sum + count, 0)).toBe(own.figures.answers);
    expect(own.people).toEqual([]);
  });

  it('puts each reply into the hour that the clocks showed, also the one that they show twice', async () => {
    const deps = await figures.openCompany({ timeZone });
    const thread = await figures.openConversation(deps.companyId);
    // 02:30 on Sunday in summer time, 02:30 again in winter time, and 03:30.
    for (const at of ['2026-10-25T00:30Z', '2026-10-25T01:30Z', '2026-10-25T02:30Z'])
      await figures.append(thread, drafts.reply(new Date(at)));
    await followAll(deps);
    const shown = await readReport(
      { ...deps, ...deliveries },
      { communityIds: null, subject: 'all', key: '', timeZone, days: periodOf('2026-10-25', '2026-10-25') },
    );
    expect(shown.hours[6]).toEqual([0, 0, 2, 1, ...Array(20).fill(0)]);
  });

  it('divides answered service messages by those that were sent, by template and in all', async () => {
    const deps = await figures.openCompany({ timeZone });
    const { companyId } = deps;
    const communityId = new Types.ObjectId();
    const thread = await figures.openConversation(companyId, communityId);
    const hour = new Date('2026-10-26T08:00Z');
    const entry = await figures.append(thread, drafts.service(new Date('2026-10-26T08:20Z')));
    const answers = { messageId: entry._id, by: 'button' } as never;
    await figures.append(thread, { ...drafts.reply(new Date('2026-10-29T08:00Z')), answers });
    await followAll(deps);
    await deliveries.deliveryHours.create({
      _id: `${communityId.toHexString()}.${hour.getTime() / 3_600_000}`,
      companyId,
      communityId,
      hour,
      counts: { sent: 5 },
      templates: { ':orderReady': { sent: 4, messages: 4 }, ':hello': { sent: 1, messages: 1 } },
    });
    const days = periodOf('2026-10-26', '2026-10-26');
    const asked = { communityIds: null, timeZone, days };
    const all = await readReport({ ...deps, ...deliveries }, { ...asked, subject: 'all', key: '' });
    expect(all.figures).toMatchObject({ serviceSent: 5, serviceAnswered: 1 });
    expect(
      all.templates.map(({ key, serviceSent, serviceAnswered }) => [key, serviceSent, serviceAnswered]),
    ).toEqual([
      ['orderReady', 4, 1],
      ['hello', 1, 0],
    ]);
    const one = await readReport({ ...deps, ...deliveries }, { ...asked, subject: 'template', key: 'hello' });
    expect(one.figures).toMatchObject({ serviceSent: 1, serviceAnswered: 0 });
  });
});

describe('times in bins', () => {
  it('are within 1 % of the exact median and 90th percentile', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1_000, max: 30 * 86_400_000 }), { minLength: 1, maxLength: 200 }),
        fc.constantFrom(0.5, 0.9),
        (times, share) => {
          const counts = new Map<number, number>();
          for (const ms of times) counts.set(binOf(ms), (counts.get(binOf(ms)) ?? 0) + 1);
          const exact = [...times].sort((a, b) => a - b)[
            Math.max(0, Math.ceil(share * times.length - 1e-9) - 1)
          ]!;
          expect(Math.abs(quantile(counts, share)! - exact) / exact).toBeLessThanOrEqual(0.0101);
        },
      ),
    );
    expect(quantile(new Map(), 0.5)).toBeNull();
    expect(msOfBin(binOf(400))).toBe(0);
  });
});

describe('the days of a report', () => {
  it('are whole days by the company’s clocks, with as many days before them', () => {
    const { period, before, dates } = periodOf('2026-10-25', '2026-10-26');
    expect(period).toEqual({ from: new Date('2026-10-24T22:00Z'), to: new Date('2026-10-26T23:00Z') });
    expect(before).toEqual({ from: new Date('2026-10-22T22:00Z'), to: period.from });
    expect(dates).toEqual(['2026-10-25', '2026-10-26']);
  });

  it('are refused when they end before they begin, or are ten years', () => {
    expect(readPeriod('2026-10-26', '2026-10-25', timeZone).kind).toBe('reversed');
    expect(readPeriod('2016-10-26', '2026-10-25', timeZone).kind).toBe('tooLong');
    expect(readPeriod('2024-01-01', '2024-12-31', timeZone).kind).toBe('read');
  });
});

describe('the list of missed targets', () => {
  it('is paged in order, holds who is late now or was, and nothing of communities out of sight', async () => {
    const targets = { firstAnswer: 10, nextAnswer: null, resolution: null };
    const deps = await figures.openCompany({ timeZone, targets });
    const [north, south] = [new Types.ObjectId(), new Types.ObjectId()];
    const at = (minute: number) => new Date(Date.parse('2026-10-20T10:00Z') + minute * MINUTE_MS);
    for (let nth = 0; nth < 53; nth += 1)
      await figures.append(await figures.openConversation(deps.companyId, north), drafts.reply(at(nth)));
    await figures.append(await figures.openConversation(deps.companyId, south), drafts.reply(at(100)));
    const answered = await figures.openConversation(deps.companyId, south);
    await figures.append(answered, drafts.reply(at(0)));
    await figures.append(answered, drafts.answer(at(30), 2));
    const inTime = await figures.openConversation(deps.companyId, south);
    await figures.append(inTime, drafts.reply(at(0)));
    await figures.append(inTime, drafts.answer(at(10), 2));
    await followAll(deps);
    const read = (state: 'open' | 'over', communityIds: string[] | null, cursor?: string) =>
      readBreaches(deps, { state, communityIds, cursor });
    const first = await read('open', null);
    const second = await read('open', null, first.nextCursor!);
    const dues = [...first.rows, ...second.rows].map(({ breaches }) => breaches[0]!.dueAt);
    expect(first.rows).toHaveLength(50);
    expect(second.nextCursor).toBeNull();
    expect(dues).toEqual(
      [...Array.from({ length: 53 }, (_, nth) => at(nth + 10)), at(110)].map((each) => each.toISOString()),
    );
    expect((await read('open', [south.toHexString()])).rows).toHaveLength(1);
    expect((await read('open', [])).rows).toEqual([]);
    expect(await read('over', null)).toMatchObject({
      rows: [
        {
          conversationId: answered._id.toHexString(),
          breaches: [
            { kind: 'firstAnswer', endedAt: at(30).toISOString(), personId: person(2).toHexString() },
          ],
        },
      ],
      nextCursor: null,
    });
    expect((await read('over', [north.toHexString()])).rows).toEqual([]);
  });
});

interface Picked {
  community: Types.ObjectId | null;
  first: string;
  last: string;
  subject: string;
}

/** The recount of some days, by the name of the count. */
function pick(totals: Totals, { community, first, last, subject }: Picked): Totals {
  const picked: Totals = {};
  for (const [key, count] of Object.entries(totals)) {
    // Community, local hour, offset, subject and name.
    const [, id, date, rest = ''] = /^(\w+) (\S+) \S+ \S+ (.+)$/.exec(key) ?? [];
    const at = rest.lastIndexOf(' ');
    const name = rest.slice(at + 1);
    if (community && id !== community.toHexString()) continue;
    if (date! < first || date! > last || rest.slice(0, at) !== subject) continue;
    picked[name] = (picked[name] ?? 0) + count;
  }
  return picked;
}

function checkFigures(shown: object, counts: Totals): void {
  const bins = (name: string) =>
    new Map(
      Object.entries(counts).flatMap(([key, count]) =>
        key.startsWith(`${name}:`) ? [[Number(key.split(':')[1]), count] as const] : [],
      ),
    );
  const of = (name: string) => counts[name] ?? 0;
  expect(shown).toMatchObject({
    replies: of('replies'),
    answers: of('answers'),
    cases: of('cases'),
    reopened: of('reopened'),
    resolved: of('resolved'),
    waits: of('waits'),
    waitsOutside: of('waitsOutside'),
    firstAnswers: of('firstAnswers'),
    firstAnswerMedianMs: quantile(bins('first'), 0.5),
    firstAnswerP90Ms: quantile(bins('first'), 0.9),
    resolutionMedianMs: quantile(bins('resolution'), 0.5),
    resolutionP90Ms: quantile(bins('resolution'), 0.9),
    messagesPerResolution: of('resolutions') === 0 ? null : of('resolutionMessages') / of('resolutions'),
  });
}
