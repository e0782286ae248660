/** Adds up the hours of a period for the page of reports. No message is read. */
import type { Types } from 'mongoose';
import { ratingMarks } from '../../shared/schemas/rating.ts';
import {
  type Report,
  type ReportFigures,
  type ReportRow,
  reportLimits,
} from '../../shared/schemas/report.ts';
import type { DeliveryCountModels } from '../deliveryReports/deliveryCounts.model.ts';
import { readCounts } from '../deliveryReports/readCounts.ts';
import type { Counts, FigureHour, FigureModels, Subject } from './figures.model.ts';
import { quantile } from './histogram.ts';
import { type Period, type PeriodOutcome, placeOf } from './period.ts';

export interface ReportDeps extends Pick<FigureModels, 'figureHours' | 'figureStates'>, DeliveryCountModels {
  companyId: Types.ObjectId;
}

export interface ReportAsked {
  /** Null: all communities. */
  communityIds: readonly string[] | null;
  subject: Subject;
  key: string;
  timeZone: string;
  days: Extract<PeriodOutcome, { kind: 'read' }>;
}

/** What a cell of the week shows, by what the report is about. */
const volumeOf: Record<Subject, string> = {
  all: 'replies',
  label: 'replies',
  person: 'answers',
  template: 'serviceAnswered',
};

export async function readReport(deps: ReportDeps, asked: ReportAsked): Promise<Report> {
  const { subject, key, timeZone, days } = asked;
  const { period, before, dates } = days;
  const state = await deps.figureStates.findById(deps.companyId).lean();
  const sums: Counts = {};
  const sumsBefore: Counts = {};
  const hours = Array.from({ length: 7 }, () => Array<number>(24).fill(0));
  const byCommunity = new Map<string, Counts>();
  const byDate = new Map(dates.map((date) => [date, { date, replies: 0, answers: 0, resolved: 0 }]));
  for await (const { hour, counts, communityId } of readHours(
    deps,
    asked,
    [subject],
    { from: before.from, to: period.to },
    key,
  )) {
    if (hour < period.from) {
      addCounts(sumsBefore, counts);
      continue;
    }
    addCounts(sums, counts);
    addTo(byCommunity, communityId.toHexString(), counts);
    const place = placeOf(hour, timeZone);
    hours[place.weekday]![place.hour]! += counts[volumeOf[subject]] ?? 0;
    const day = byDate.get(place.date);
    for (const name of ['replies', 'answers', 'resolved'] as const) if (day) day[name] += counts[name] ?? 0;
  }
  const isAll = subject === 'all';
  const tables = isAll ? await readTables(deps, asked) : { person: [], label: [], template: [] };
  const sent = isAll || subject === 'template' ? await readSent(deps, asked, period) : null;
  const sentBefore = isAll || subject === 'template' ? await readSent(deps, asked, before) : null;
  const sentOf = (counted: Sent | null) =>
    counted && (isAll ? counted.all : (counted.templates.get(key) ?? 0));
  const templates = withUnanswered(tables.template, isAll ? sent : null);
  return {
    timeZone,
    countedAt: state?.caughtUpAt?.toISOString() ?? null,
    isCounting: !state || state.backfill !== null,
    figures: toFigures(sums, sentOf(sent)),
    before: toFigures(sumsBefore, sentOf(sentBefore)),
    hours,
    days: [...byDate.values()],
    communities: rowsOf(byCommunity, volumeOf[subject]),
    people: tables.person,
    labels: tables.label,
    templates,
  };
}

function readHours(
  { figureHours, companyId }: ReportDeps,
  { communityIds }: Pick<ReportAsked, 'communityIds'>,
  subjects: readonly Subject[],
  { from, to }: Period,
  key?: string,
) {
  return figureHours
    .find({
      companyId,
      subject: subjects.length === 1 ? subjects[0] : { $in: subjects },
      hour: { $gte: from, $lt: to },
      ...(key === undefined ? {} : { key }),
      ...(communityIds ? { communityId: { $in: communityIds } } : {}),
    } as never)
    .lean<FigureHour[]>()
    .cursor() as AsyncIterable<FigureHour>;
}

async function readTables(
  deps: ReportDeps,
  asked: ReportAsked,
): Promise<Record<'person' | 'label' | 'template', ReportRow[]>> {
  const tables = { person: new Map<string, Counts>(), label: new Map(), template: new Map() };
  for (const subject of ['person', 'label', 'template'] as const)
    for await (const { key, counts } of readHours(deps, asked, [subject], asked.days.period))
      addTo(tables[subject], key, counts);
  return {
    person: rowsOf(tables.person, 'answers'),
    label: rowsOf(tables.label, 'replies'),
    template: rowsOf(tables.template, 'serviceAnswered'),
  };
}

function rowsOf(sums: Map<string, Counts>, volume: string): ReportRow[] {
  return [...sums]
    .filter(([, counts]) => Object.values(counts).some((count) => count !== 0))
    .sort(([a, x], [b, y]) => (y[volume] ?? 0) - (x[volume] ?? 0) || (a < b ? -1 : 1))
    .slice(0, reportLimits.rows)
    .map(([key, counts]) => ({ key, ...toFigures(counts, null) }));
}

interface Sent {
  all: number;
  templates: Map<string, number>;
}

async function readSent(
  deps: ReportDeps,
  { communityIds }: Pick<ReportAsked, 'communityIds'>,
  { from, to }: Period,
): Promise<Sent> {
  const { companyId } = deps;
  const counted = await readCounts(deps, { companyId, communityIds, from, to });
  return {
    all: counted.hours.reduce((sum, { sent }) => sum + sent, 0),
    templates: new Map(counted.templates.map(({ template, sent }) => [template, sent])),
  };
}

/** Templates by what was sent of them, also those that nobody answered. */
function withUnanswered(rows: readonly ReportRow[], sent: Sent | null): ReportRow[] {
  if (!sent) return [...rows];
  const known = new Map(rows.map((row) => [row.key, row]));
  const keys = new Set([...sent.templates.keys(), ...known.keys()]);
  return [...keys]
    .map((key) => ({
      ...(known.get(key) ?? { key, ...toFigures({}, null) }),
      serviceSent: sent.templates.get(key) ?? 0,
    }))
    .sort((a, b) => b.serviceSent - a.serviceSent || (a.key < b.key ? -1 : 1))
    .slice(0, reportLimits.rows);
}

function addTo(sums: Map<string, Counts>, key: string, counts: Counts): void {
  const own = sums.get(key) ?? {};
  sums.set(key, own);
  addCounts(own, counts);
}

function addCounts(sums: Counts, counts: Counts): void {
  for (const [name, count] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + count;
}

function toFigures(counts: Counts, serviceSent: number | null): ReportFigures {
  const of = (name: string) => counts[name] ?? 0;
  const times = (name: string) =>
    new Map(
      Object.entries(counts)
        .filter(([key]) => key.startsWith(`${name}:`))
        .map(([key, count]) => [Number(key.slice(name.length + 1)), count]),
    );
  const [first, resolution] = [times('first'), times('resolution')];
  const marks = ratingMarks.map((mark) => of(`mark:${mark}`));
  const rated = of('rated');
  return {
    replies: of('replies'),
    answers: of('answers'),
    cases: of('cases'),
    reopened: of('reopened'),
    resolved: of('resolved'),
    waits: of('waits'),
    waitsOutside: of('waitsOutside'),
    firstAnswers: of('firstAnswers'),
    firstAnswerMedianMs: quantile(first, 0.5),
    firstAnswerP90Ms: quantile(first, 0.9),
    resolutionMedianMs: quantile(resolution, 0.5),
    resolutionP90Ms: quantile(resolution, 0.9),
    messagesPerResolution: of('resolutions') === 0 ? null : of('resolutionMessages') / of('resolutions'),
    firstAnswerLate: of('firstAnswerLate'),
    nextAnswerLate: of('nextAnswerLate'),
    resolutionLate: of('resolutionLate'),
    serviceSent,
    serviceAnswered: of('serviceAnswered'),
    asked: of('asked'),
    rated,
    marks,
    markAverage:
      rated === 0 ? null : ratingMarks.reduce((sum, mark, at) => sum + mark * marks[at]!, 0) / rated,
  };
}
