/**
 * Reads the sums of some days for a report: from days and weeks as far as these are built, and from the hours after that.
 * What a person may see is a condition of the query itself.
 */
import { Types } from 'mongoose';
import {
  type BuiltSpans,
  type Counts,
  type FigureHour,
  type FigureModels,
  type FigureSpan,
  noSpans,
  type Subject,
} from './figures.model.ts';
import { dateAfter, midnightOf } from './period.ts';
import { createPlaces, spansOf } from './spans.ts';

export interface SumDeps extends Pick<FigureModels, 'figureHours' | 'figureSpans'> {
  companyId: Types.ObjectId;
}

export interface SumsAsked {
  /** Null: all communities. */
  communityIds: readonly string[] | null;
  subject: Subject;
  /** Undefined: each of them. */
  key: string | undefined;
  timeZone: string;
  /** They follow one another. */
  dates: readonly string[];
  built: BuiltSpans | undefined;
  /** Whether `places` are needed: they are as large as the counts. */
  withPlaces: boolean;
}

export interface Sum {
  communityId: string;
  key: string;
  counts: Counts;
  /** By the names of `spans.ts`; empty unless asked for. */
  places: Counts;
}

export async function* readSums(deps: SumDeps, asked: SumsAsked): AsyncGenerator<Sum> {
  const { timeZone, dates, subject, withPlaces, built = noSpans } = asked;
  const before = built.timeZone === timeZone ? built.before : '';
  const inSpans = dates.filter((date) => date < before);
  const inHours = dates.slice(inSpans.length);
  if (inSpans.length > 0)
    for await (const { communityId, key, counts, places = {} } of deps.figureSpans.collection.find(
      inTheseSpans(deps.companyId, asked, inSpans) as never,
      { projection: { _id: 0, communityId: 1, key: 1, counts: 1, ...(withPlaces ? { places: 1 } : {}) } },
    ) as AsyncIterable<FigureSpan>)
      yield { communityId: communityId.toHexString(), key, counts, places };
  if (inHours.length === 0) return;
  const placesOf = createPlaces(timeZone);
  for await (const { communityId, key, hour, counts } of deps.figureHours.collection.find(
    inTheseHours(deps.companyId, asked, inHours) as never,
    { projection: { _id: 0, communityId: 1, key: 1, hour: 1, counts: 1 } },
  ) as AsyncIterable<FigureHour>)
    yield {
      communityId: communityId.toHexString(),
      key,
      counts,
      places: withPlaces ? placesOf(hour, subject, counts) : {},
    };
}

type Filtered = Pick<SumsAsked, 'communityIds' | 'subject' | 'key' | 'timeZone'>;

export function inTheseSpans(
  companyId: Types.ObjectId,
  { communityIds, subject, key, timeZone }: Filtered,
  dates: readonly string[],
): Record<string, unknown> {
  return {
    companyId,
    timeZone,
    subject,
    span: { $in: spansOf(dates) },
    ...ofThose(communityIds, key),
  };
}

export function inTheseHours(
  companyId: Types.ObjectId,
  { communityIds, subject, key, timeZone }: Filtered,
  dates: readonly string[],
): Record<string, unknown> {
  const hour = {
    $gte: midnightOf(timeZone, dates[0]!),
    $lt: midnightOf(timeZone, dateAfter(dates.at(-1)!)),
  };
  return { companyId, subject, hour, ...ofThose(communityIds, key) };
}

function ofThose(communityIds: readonly string[] | null, key: string | undefined) {
  return {
    ...(communityIds ? { communityId: { $in: communityIds.map((id) => new Types.ObjectId(id)) } } : {}),
    ...(key === undefined ? {} : { key }),
  };
}
