/** The statistics of a period: sums, and counted transitions not summed yet. No message is read. */
import type { Types } from 'mongoose';
import type { DeliveryStats } from '../../shared/schemas/delivery.ts';
import {
  type CountedTransitions,
  DAY_MS,
  type DeliveryCountModels,
  type DeliveryDay,
  type DeliveryHour,
  hourIdOf,
} from './deliveryCounts.model.ts';
import { type SumRow, toStats } from './stats.ts';
import { NAMES_KEPT_MS } from './sumHours.ts';
import { dayIdOf, dayNameOf, dayOf } from './sumPlaces.ts';

export interface CountsAsked {
  companyId: Types.ObjectId;
  /** Null: all communities. */
  communityIds: readonly string[] | null;
  /** Limits the hours to this template; the list of templates stays complete. */
  template?: string | undefined;
  from: Date;
  to: Date;
}

export async function readCounts(models: DeliveryCountModels, asked: CountsAsked): Promise<DeliveryStats> {
  return toStats(await readRows(models, asked, null), asked.template);
}

export interface SentCounts {
  all: number;
  byTemplate: Map<string, number>;
}

/** How many the networks have accepted. Reads whole days of UTC at once, and hours at both ends. */
export async function readSent(models: DeliveryCountModels, asked: CountsAsked): Promise<SentCounts> {
  const { from, to } = asked;
  const days = { from: dayOf(new Date(from.getTime() + DAY_MS - 1)), to: dayOf(to) };
  const { hours, templates } = toStats(await readRows(models, asked, days.from < days.to ? days : null));
  return {
    all: hours.reduce((sum, { sent }) => sum + sent, 0),
    byTemplate: new Map(templates.map(({ template, sent }) => [template, sent])),
  };
}

type Row = SumRow & Pick<DeliveryHour, 'companyId' | 'communityId'>;

/** @param days the days of the period that are read whole; a day's row has its first hour. */
async function readRows(
  { deliveryCounted, deliveryHours, deliveryDays }: DeliveryCountModels,
  { companyId, communityIds, from, to }: CountsAsked,
  days: { from: Date; to: Date } | null,
): Promise<Row[]> {
  const [firstEnd, secondStart] = days ? [days.from, days.to] : [to, to];
  const hoursIn = (since: Date, until: Date) =>
    since < until
      ? deliveryHours.find({ companyId, hour: { $gte: since, $lt: until } }).lean<DeliveryHour[]>()
      : [];
  for (;;) {
    const begunMs = performance.now();
    // Counted documents are read before sums: one summed between the two reads is named in its sum.
    const open = await deliveryCounted
      .find({ openSince: { $gt: new Date(0) } }, { messageIds: 0 })
      .lean<CountedTransitions[]>();
    const [before, within, after] = await Promise.all([
      hoursIn(from, firstEnd),
      days
        ? deliveryDays.find({ companyId, day: { $gte: days.from, $lt: days.to } }).lean<DeliveryDay[]>()
        : [],
      hoursIn(secondStart, to),
    ]);
    if (performance.now() - begunMs > NAMES_KEPT_MS / 2) continue;
    const hours = [...before, ...after];
    const summed = new Map([...hours, ...within].map(({ _id, summed: names }) => [_id, new Set(names)]));
    const isAsked = (row: Row) =>
      row.companyId.equals(companyId) &&
      row.hour >= from &&
      row.hour < to &&
      (communityIds === null || communityIds.includes(row.communityId.toHexString()));
    const isSummed = (row: CountedTransitions) =>
      days && row.hour >= days.from && row.hour < days.to
        ? summed.get(dayIdOf(row))?.has(dayNameOf(row))
        : summed.get(hourIdOf(row))?.has(row.key);
    const rest = open.filter((row) => !isSummed(row));
    return [...hours, ...within.map(({ day, ...sums }) => ({ ...sums, hour: day })), ...rest].filter(isAsked);
  }
}
