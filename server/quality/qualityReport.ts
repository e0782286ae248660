/**
 * Average marks of reviews by person and week. People write reviews by hand, some tens a day, so the rows of the period are
 * read by their index and added up.
 */
import { type Model, Types } from 'mongoose';
import { DAY_MS, localMsAt } from '../../shared/calendar/zonedTime.ts';
import type { QualityReport } from '../../shared/schemas/quality.ts';
import type { Period, PeriodOutcome } from '../figures/period.ts';
import type { Review } from './quality.model.ts';

export interface QualityReportAsked {
  communities: { communityId?: { $in: string[] } };
  personId: string | undefined;
  timeZone: string;
  days: Extract<PeriodOutcome, { kind: 'read' }>;
}

interface Sum {
  count: number;
  total: number;
}

interface PersonSums extends Sum {
  weeks: Map<string, Sum>;
  criteria: Map<string, Sum>;
}

export async function readQualityReport(
  deps: { companyId: Types.ObjectId; reviews: Model<Review> },
  asked: QualityReportAsked,
): Promise<QualityReport> {
  const { period, before, dates } = asked.days;
  const weeks = [...new Set(dates.map(mondayOf))];
  const people = new Map<string, PersonSums>();
  const all: Sum = { count: 0, total: 0 };
  const earlier: Sum = { count: 0, total: 0 };
  for await (const review of readReviews(deps, asked, { from: before.from, to: period.to })) {
    const { createdAt, average, marks } = review;
    if (createdAt < period.from) {
      add(earlier, average);
      continue;
    }
    add(all, average);
    const personId = review.personId.toHexString();
    const person = people.get(personId) ?? { count: 0, total: 0, weeks: new Map(), criteria: new Map() };
    people.set(personId, person);
    add(person, average);
    add(sumIn(person.weeks, weekOf(createdAt, asked.timeZone)), average);
    for (const { criterionId, mark } of marks) add(sumIn(person.criteria, criterionId), mark);
  }
  return {
    reviews: all.count,
    average: averageOf(all),
    before: { reviews: earlier.count, average: averageOf(earlier) },
    weeks,
    people: [...people]
      .sort(([a, x], [b, y]) => y.count - x.count || (a < b ? -1 : 1))
      .map(([personId, person]) => ({
        personId,
        reviews: person.count,
        average: person.total / person.count,
        trend: weeks.map((week) => averageOf(person.weeks.get(week))),
        criteria: [...person.criteria].map(([criterionId, sum]) => ({
          criterionId,
          average: sum.total / sum.count,
        })),
      })),
  };
}

function readReviews(
  { companyId, reviews }: { companyId: Types.ObjectId; reviews: Model<Review> },
  { communities, personId }: Pick<QualityReportAsked, 'communities' | 'personId'>,
  { from, to }: Period,
): AsyncIterable<Review> {
  return reviews
    .find({
      companyId,
      createdAt: { $gte: from, $lt: to },
      ...communities,
      ...(personId === undefined ? {} : { personId: new Types.ObjectId(personId) }),
    } as never)
    .lean<Review[]>()
    .cursor() as unknown as AsyncIterable<Review>;
}

function sumIn(sums: Map<string, Sum>, key: string): Sum {
  const sum = sums.get(key) ?? { count: 0, total: 0 };
  sums.set(key, sum);
  return sum;
}

function add(sum: Sum, value: number): void {
  sum.count += 1;
  sum.total += value;
}

const averageOf = (sum: Sum | undefined) => (sum && sum.count > 0 ? sum.total / sum.count : null);

/** The Monday of a local date. */
function mondayOf(date: string): string {
  const ms = Date.parse(date);
  const weekday = (new Date(ms).getUTCDay() + 6) % 7;
  return new Date(ms - weekday * DAY_MS).toISOString().slice(0, 10);
}

function weekOf(at: Date, timeZone: string): string {
  return mondayOf(new Date(localMsAt(timeZone, at.getTime())).toISOString().slice(0, 10));
}
