/**
 * Writes what a step of the figures changes, once, whatever crashes. A step has the next number, and first becomes the
 * journal in one guarded write: only one process can take a number. Then its documents are written, each only if no step of
 * this number or a later one wrote it. So any process may write a journal again, at any time and any number of times. The
 * next number is taken only by a process that has written the whole journal before it.
 */
import type { Types } from 'mongoose';
import { isDuplicate, throwUnless, upsertEach } from '../storage/bulkWrites.ts';
import type { Counts, FigureModels, FigureState, Journal } from './figures.model.ts';

/** What a step may change beside its journal. */
export type StateChange = Partial<Pick<FigureState, 'backfill' | 'settings' | 'spans'>>;

/** False when another process has taken this step: everything that was read for it is out of date. */
export async function takeStep(
  { figureStates }: Pick<FigureModels, 'figureStates'>,
  companyId: Types.ObjectId,
  step: number,
  journal: Journal,
  change: StateChange = {},
): Promise<boolean> {
  const { matchedCount } = await figureStates.updateOne(
    { _id: companyId, step: step - 1 },
    { $set: { step, journal, ...change } },
  );
  return matchedCount === 1;
}

export async function writeJournal(
  {
    threadParts,
    figureHours,
    figureSpans,
  }: Pick<FigureModels, 'threadParts' | 'figureHours' | 'figureSpans'>,
  step: number,
  { parts, hours, spans = [] }: Journal,
): Promise<void> {
  const unlessWritten = (_id: string) => ({ _id, step: { $lt: step } });
  const writtenParts = await upsertEach(
    threadParts.collection,
    parts.map(({ _id, ...fields }) => ({
      updateOne: { filter: unlessWritten(_id), update: { $set: { ...fields, step } }, upsert: true },
    })),
  );
  throwUnless(writtenParts, isDuplicate);
  const writtenHours = await upsertEach(
    figureHours.collection,
    hours.map(({ _id, counts, ...fields }) => ({
      updateOne: {
        filter: unlessWritten(_id),
        update: { $inc: increments('counts', counts), $set: { step }, $setOnInsert: fields },
        upsert: true,
      },
    })),
  );
  throwUnless(writtenHours, isDuplicate);
  const writtenSpans = await upsertEach(
    figureSpans.collection,
    spans.map(({ _id, counts, places, ...fields }) => ({
      updateOne: {
        filter: unlessWritten(_id),
        update: {
          $inc: { ...increments('counts', counts), ...increments('places', places) },
          $set: { step },
          // A new sum has both, also when the step adds to one.
          $setOnInsert: Object.keys(places).length > 0 ? fields : { ...fields, places },
        },
        upsert: true,
      },
    })),
  );
  throwUnless(writtenSpans, isDuplicate);
}

function increments(field: string, counts: Counts): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [`${field}.${name}`, count]));
}
