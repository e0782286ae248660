/**
 * Adds up the hours of each day that is over into the sums of the day and of its week, oldest first. From then on steps
 * change these sums with the hours. A change of the company's zone begins anew: until the spans have come to a day, reports
 * read its hours.
 */
import type { Types } from 'mongoose';
import { isDuplicate, throwUnless, upsertEach } from '../storage/bulkWrites.ts';
import { currentTime } from '../work/clock.ts';
import {
  type FigureHour,
  type FigureModels,
  type FigureSpan,
  type FigureState,
  noSpans,
  subjects,
} from './figures.model.ts';
import { dateAfter, dateAt, midnightOf } from './period.ts';
import { createSpanSums, dayOf, mondayOf, type NewSpan, weekOf } from './spans.ts';
import { takeStep } from './steps.ts';

export interface BuildDeps extends FigureModels {
  companyId: Types.ObjectId;
}

/**
 * One day. The journal of the state's step must be written. Safe to repeat and to race: sums count only once a step has
 * moved `before` past their day, and that step fails when another has changed hours meanwhile.
 * @returns whether there may be more to build.
 */
export async function buildSpans(deps: BuildDeps, state: FigureState, timeZone: string): Promise<boolean> {
  const { companyId, figureHours, figureSpans } = deps;
  const { step, spans = noSpans } = state;
  const moveTo = (before: string) =>
    takeStep(deps, companyId, step + 1, { parts: [], hours: [] }, { spans: { timeZone, before } });
  if (spans.timeZone !== timeZone) {
    await moveTo('');
    return true;
  }
  const today = dateAt(timeZone, currentTime());
  if (spans.before >= today) return false;
  const next = await figureHours
    .findOne(
      {
        companyId,
        subject: 'all',
        hour: { $gte: startOf(spans, timeZone), $lt: midnightOf(timeZone, today) },
      },
      { hour: 1 },
    )
    .sort({ hour: 1 })
    .lean<Pick<FigureHour, 'hour'>>();
  if (!next) {
    if (await moveTo(today)) await figureSpans.deleteMany({ companyId, timeZone: { $ne: timeZone } });
    return true;
  }
  const date = dateAt(timeZone, next.hour);
  const sums = await addUp(deps, date, timeZone);
  if (await isStillAt(deps, step)) {
    await writeSpans(deps, step, sums);
    await moveTo(dateAfter(date));
  }
  return true;
}

const startOf = ({ before }: { before: string }, timeZone: string): Date =>
  before === '' ? new Date(0) : midnightOf(timeZone, before);

/** The sums of the day, and those of its week up to it. */
async function addUp(deps: BuildDeps, date: string, timeZone: string): Promise<NewSpan[]> {
  const { companyId, figureHours, figureSpans } = deps;
  const day = createSpanSums(timeZone);
  const hours = await figureHours
    .find({
      companyId,
      subject: { $in: subjects },
      hour: { $gte: midnightOf(timeZone, date), $lt: midnightOf(timeZone, dateAfter(date)) },
    })
    .lean<FigureHour[]>();
  for (const hour of hours) day.addHour(dayOf(date), hour);
  const week = createSpanSums(timeZone);
  const earlier: string[] = [];
  for (let each = mondayOf(date); each < date; each = dateAfter(each)) earlier.push(dayOf(each));
  const days = await figureSpans
    .find({ companyId, timeZone, subject: { $in: subjects }, span: { $in: earlier } })
    .lean<FigureSpan[]>();
  for (const each of [...days, ...day.read()]) week.addSpan(weekOf(date), each);
  return [...day.read(), ...week.read()];
}

/** Each step is stored before its hours change: what was read before this is what the hours were at the step. */
async function isStillAt({ companyId, figureStates }: BuildDeps, step: number): Promise<boolean> {
  return (await figureStates.exists({ _id: companyId, step })) !== null;
}

/** A process that stood still here changes nothing later: each sum has been changed by a later step, or is the same. */
async function writeSpans({ figureSpans }: BuildDeps, step: number, sums: readonly NewSpan[]): Promise<void> {
  const written = await upsertEach(
    figureSpans.collection,
    sums.map(({ _id, ...fields }) => ({
      updateOne: {
        filter: { _id, step: { $lte: step } },
        update: { $set: { ...fields, step } },
        upsert: true,
      },
    })),
  );
  throwUnless(written, isDuplicate);
}
