/** Adds up the sums of a period for the page of reports. No message is read. */
import { ratingMarks } from '../../shared/schemas/rating.ts';
import {
  type Report,
  type ReportFigures,
  type ReportRow,
  reportLimits,
} from '../../shared/schemas/report.ts';
import type { DeliveryCountModels } from '../deliveryReports/deliveryCounts.model.ts';
import { readSent, type SentCounts } from '../deliveryReports/readCounts.ts';
import type { Counts, FigureModels, FigureState, Subject } from './figures.model.ts';
import { quantile } from './histogram.ts';
import type { PeriodOutcome } from './period.ts';
import { readSums, type SumDeps, type SumsAsked } from './readSums.ts';
import { addCounts, dayPlace, volumeOf, weekPlace } from './spans.ts';

export interface ReportDeps extends SumDeps, Pick<FigureModels, 'figureStates'>, DeliveryCountModels {}

const weekdays = Array.from({ length: 7 }, (_, at) => at);
const hours = Array.from({ length: 24 }, (_, at) => at);

export interface ReportAsked {
  /** Null: all communities. */
  communityIds: readonly string[] | null;
  subject: Subject;
  key: string;
  timeZone: string;
  days: Extract<PeriodOutcome, { kind: 'read' }>;
}

export async function readReport(deps: ReportDeps, asked: ReportAsked): Promise<Report> {
  const { communityIds, subject, key, timeZone, days } = asked;
  const { period, before, dates, datesBefore } = days;
  // Without the journal, which may be large.
  const state = await deps.figureStates
    .findById(deps.companyId, { caughtUpAt: 1, backfill: 1, spans: 1 })
    .lean<Pick<FigureState, 'caughtUpAt' | 'backfill' | 'spans'>>();
  const { companyId } = deps;
  const of = { companyId, communityIds, timeZone, built: state?.spans };
  const isAll = subject === 'all';
  const isSent = isAll || subject === 'template';
  const table = (each: Subject) =>
    addUp(
      deps,
      { ...of, subject: each, key: undefined, dates: isAll ? dates : [], withPlaces: false },
      'key',
    );
  const [main, beside, people, labels, templates, sent, sentBefore] = await Promise.all([
    addUp(deps, { ...of, subject, key, dates, withPlaces: true }, 'communityId'),
    addUp(deps, { ...of, subject, key, dates: datesBefore, withPlaces: false }, 'communityId'),
    table('person'),
    table('label'),
    table('template'),
    isSent ? readSent(deps, { ...of, ...period }) : null,
    isSent ? readSent(deps, { ...of, ...before }) : null,
  ]);
  const sentOf = (counted: SentCounts | null) =>
    counted && (isAll ? counted.all : (counted.byTemplate.get(key) ?? 0));
  return {
    timeZone,
    countedAt: state?.caughtUpAt?.toISOString() ?? null,
    isCounting: !state || state.backfill !== null,
    figures: toFigures(main.all, sentOf(sent)),
    before: toFigures(beside.all, sentOf(sentBefore)),
    hours: weekdays.map((weekday) => hours.map((hour) => main.places[weekPlace(weekday, hour)] ?? 0)),
    days: dates.map((date) => ({
      date,
      replies: main.places[dayPlace(date, 'replies')] ?? 0,
      answers: main.places[dayPlace(date, 'answers')] ?? 0,
      resolved: main.places[dayPlace(date, 'resolved')] ?? 0,
    })),
    communities: rowsOf(main.rows, volumeOf[subject]),
    people: rowsOf(people.rows, volumeOf.person),
    labels: rowsOf(labels.rows, volumeOf.label),
    templates: withUnanswered(rowsOf(templates.rows, volumeOf.template), isAll ? sent : null),
  };
}

interface AddedUp {
  all: Counts;
  places: Counts;
  rows: Map<string, Counts>;
}

async function addUp(deps: SumDeps, asked: SumsAsked, by: 'communityId' | 'key'): Promise<AddedUp> {
  const added: AddedUp = { all: {}, places: {}, rows: new Map() };
  for await (const sum of readSums(deps, asked)) {
    addCounts(added.all, sum.counts);
    addCounts(added.places, sum.places);
    addTo(added.rows, sum[by], sum.counts);
  }
  return added;
}

function rowsOf(sums: Map<string, Counts>, volume: string): ReportRow[] {
  return [...sums]
    .filter(([, counts]) => Object.values(counts).some((count) => count !== 0))
    .sort(([a, x], [b, y]) => (y[volume] ?? 0) - (x[volume] ?? 0) || (a < b ? -1 : 1))
    .slice(0, reportLimits.rows)
    .map(([key, counts]) => ({ key, ...toFigures(counts, null) }));
}

/** Templates by what was sent of them, also those that nobody answered. */
function withUnanswered(rows: readonly ReportRow[], sent: SentCounts | null): ReportRow[] {
  if (!sent) return [...rows];
  const known = new Map(rows.map((row) => [row.key, row]));
  const keys = new Set([...sent.byTemplate.keys(), ...known.keys()]);
  return [...keys]
    .map((key) => ({
      ...(known.get(key) ?? { key, ...toFigures({}, null) }),
      serviceSent: sent.byTemplate.get(key) ?? 0,
    }))
    .sort((a, b) => b.serviceSent - a.serviceSent || (a.key < b.key ? -1 : 1))
    .slice(0, reportLimits.rows);
}

function addTo(sums: Map<string, Counts>, key: string, counts: Counts): void {
  const own = sums.get(key) ?? {};
  sums.set(key, own);
  addCounts(own, counts);
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
