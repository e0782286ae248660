/**
 * Version 4. Sums of delivery statistics by day stand beside those by hour, so that a year is read cheaply. Days that hours
 * were summed for are added up here; from then on each step adds to both.
 */
import type { Document } from 'mongodb';
import type { Migration } from './migration.ts';

const HOURS_AT_ONCE = 1_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

interface Hour {
  _id: string;
  companyId: unknown;
  communityId: { toHexString(): string };
  hour: Date;
  counts?: Record<string, number>;
  templates?: Record<string, Record<string, number>>;
  summed?: string[];
}

interface Day extends Document {
  _id: string;
  counts: Record<string, number>;
  templates: Record<string, Record<string, number>>;
  summed: string[];
}

export const sumDeliveryDays: Migration = {
  name: 'deliveryDays: the sums of the hours of each day',
  async run({ db, assertLeaseHeld, reportProgress }) {
    const hours = db.collection<Hour>('deliveryHours');
    const days = db.collection<Day>('deliveryDays');
    /** In the order of ids the hours of one day follow one another: the last day of a batch may be cut. */
    let cut: Day | null = null;
    let after = '';
    for (let documents = 0; ; ) {
      assertLeaseHeld();
      const batch = await hours
        .find({ _id: { $gt: after } })
        .sort({ _id: 1 })
        .limit(HOURS_AT_ONCE)
        .toArray();
      const whole: Day[] = [];
      for (const hour of batch as unknown as Hour[]) {
        const day = dayOf(hour);
        if (cut && cut._id !== day._id) whole.push(cut);
        cut = cut && cut._id === day._id ? cut : day;
        addHour(cut, hour);
      }
      if (batch.length === 0 && cut) whole.push(cut);
      // A day that exists was written whole by an earlier run, and may have been added to since.
      if (whole.length > 0)
        await days.bulkWrite(
          whole.map(({ _id, ...fields }) => ({
            updateOne: { filter: { _id }, update: { $setOnInsert: fields }, upsert: true },
          })),
          { ordered: false },
        );
      const last = batch.at(-1);
      if (!last) return;
      after = last._id;
      documents += batch.length;
      reportProgress(documents);
    }
  },
};

function dayOf({ companyId, communityId, hour }: Hour): Day {
  const number = Math.floor(hour.getTime() / DAY_MS);
  return {
    _id: `${communityId.toHexString()}.${number}`,
    companyId,
    communityId,
    day: new Date(number * DAY_MS),
    counts: {},
    templates: {},
    summed: [],
  };
}

function addHour(day: Day, { hour, counts = {}, templates = {}, summed = [] }: Hour): void {
  add(day.counts, counts);
  for (const [key, ofTemplate] of Object.entries(templates)) {
    day.templates[key] ??= {};
    add(day.templates[key], ofTemplate);
  }
  day.summed.push(...summed.map((name) => `${hour.getTime() / HOUR_MS}.${name}`));
}

function add(sums: Record<string, number>, counts: Record<string, number>): void {
  for (const [name, count] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + count;
}
