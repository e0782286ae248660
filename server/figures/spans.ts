/**
 * Days and weeks, for which sums are kept beside those of the hours: a period of a report is some whole weeks and a few
 * days. Pure; `buildSpans.ts` writes the sums and `readSums.ts` reads them.
 */
import type { Types } from 'mongoose';
import { isAnswersBin } from './answersBins.ts';
import type { BuiltSpans, Counts, FigureHour, FigureSpan, Subject } from './figures.model.ts';
import { dateAfter, dateAt, midnightOf, placeOf } from './period.ts';

export type NewSpan = Omit<FigureSpan, 'step'>;
type NewHour = Omit<FigureHour, 'step'>;

const DAYS_OF_WEEK = 7;

export const dayOf = (date: string): string => `day:${date}`;
export const weekOf = (date: string): string => `week:${mondayOf(date)}`;

export function mondayOf(date: string): string {
  return dateAfter(date, -((new Date(date).getUTCDay() + DAYS_OF_WEEK - 1) % DAYS_OF_WEEK));
}

/** The fewest spans that hold these dates, which follow one another. */
export function spansOf(dates: readonly string[]): string[] {
  const spans: string[] = [];
  for (let at = 0; at < dates.length; ) {
    const date = dates[at]!;
    const isWeek = mondayOf(date) === date && at + DAYS_OF_WEEK <= dates.length;
    spans.push(isWeek ? weekOf(date) : dayOf(date));
    at += isWeek ? DAYS_OF_WEEK : 1;
  }
  return spans;
}

/** What a cell of the week shows, by what the report is about. */
export const volumeOf: Record<Subject, string> = {
  all: 'replies',
  label: 'replies',
  person: 'answers',
  template: 'serviceAnswered',
};

/** Shown for each day. */
const shownByDay = ['replies', 'answers', 'resolved'] as const;

/** The name of an hour of the week; 0 is Monday. */
export const weekPlace = (weekday: number, hour: number): string => `week:${weekday * 24 + hour}`;
export const dayPlace = (date: string, name: (typeof shownByDay)[number]): string => `${name}:${date}`;

/** Says where in the week and on which day the counts of an hour are shown. Hours repeat: each is computed once. */
export function createPlaces(timeZone: string) {
  const known = new Map<number, ReturnType<typeof placeOf>>();
  return (hour: Date, subject: Subject, counts: Counts): Counts => {
    const place = known.get(hour.getTime()) ?? placeOf(hour, timeZone);
    known.set(hour.getTime(), place);
    const places: Counts = {};
    const volume = counts[volumeOf[subject]];
    if (volume) places[weekPlace(place.weekday, place.hour)] = volume;
    for (const name of shownByDay) if (counts[name]) places[dayPlace(place.date, name)] = counts[name];
    return places;
  };
}

/** What the hours of a step add to the spans that hold these hours already. */
export function lateSums(hours: readonly NewHour[], { timeZone, before }: BuiltSpans): NewSpan[] {
  if (before === '') return [];
  const end = midnightOf(timeZone, before);
  const sums = createSpanSums(timeZone);
  for (const hour of hours) {
    if (hour.hour >= end) continue;
    const date = dateAt(timeZone, hour.hour);
    for (const span of [dayOf(date), weekOf(date)]) sums.addHour(span, hour);
  }
  return sums.read().filter(({ counts, places }) => isAny(counts) || isAny(places));
}

const isAny = (counts: Counts): boolean => Object.keys(counts).length > 0;

/** Adds up hours, or spans, into spans. */
export function createSpanSums(timeZone: string) {
  const byId = new Map<string, NewSpan>();
  const placesOf = createPlaces(timeZone);

  function spanFor(
    span: string,
    of: Pick<NewSpan, 'companyId' | 'communityId' | 'subject' | 'key'>,
  ): NewSpan {
    const { companyId, communityId, subject, key } = of;
    const _id = spanIdOf(communityId, timeZone, span, subject, key);
    const sum = byId.get(_id) ?? {
      _id,
      companyId,
      communityId,
      timeZone,
      span,
      subject,
      key,
      counts: {},
      places: {},
    };
    byId.set(_id, sum);
    return sum;
  }

  return {
    addHour(span: string, hour: NewHour): void {
      const sum = spanFor(span, hour);
      // Only the wall reads those, of the last hours.
      for (const [name, count] of Object.entries(hour.counts))
        if (!isAnswersBin(name)) sum.counts[name] = (sum.counts[name] ?? 0) + count;
      addCounts(sum.places, placesOf(hour.hour, hour.subject, hour.counts));
    },
    addSpan(span: string, part: Omit<NewSpan, '_id'>): void {
      const sum = spanFor(span, part);
      addCounts(sum.counts, part.counts);
      addCounts(sum.places, part.places);
    },
    read: () => [...byId.values()],
  };
}

export function addCounts(sums: Counts, counts: Counts): void {
  for (const [name, count] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + count;
}

function spanIdOf(
  communityId: Types.ObjectId,
  timeZone: string,
  span: string,
  subject: Subject,
  key: string,
): string {
  return `${communityId.toHexString()}.${timeZone}.${span}.${subject}.${key}`;
}
