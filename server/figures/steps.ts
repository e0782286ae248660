/**
 * Writes what a step of the figures changes, once, whatever crashes. A step has the next number, and first becomes the
 * journal in one guarded write: only one process can take a number. Then its documents are written, each only if no step of
 * this number or a later one wrote it. So any process may write a journal again, at any time and any number of times. The
 * next number is taken only by a process that has written the whole journal before it.
 */
import type { Types } from 'mongoose';
import { isDuplicate, throwUnless, upsertEach } from '../storage/bulkWrites.ts';
import type { FigureModels, FigureState, Journal } from './figures.model.ts';

/** False when another process has taken this step: everything that was read for it is out of date. */
export async function takeStep(
  { figureStates }: Pick<FigureModels, 'figureStates'>,
  companyId: Types.ObjectId,
  step: number,
  journal: Journal,
  change: Partial<Pick<FigureState, 'backfill' | 'settings'>> = {},
): Promise<boolean> {
  const { matchedCount } = await figureStates.updateOne(
    { _id: companyId, step: step - 1 },
    { $set: { step, journal, ...change } },
  );
  return matchedCount === 1;
}

export async function writeJournal(
  { threadParts, figureHours }: Pick<FigureModels, 'threadParts' | 'figureHours'>,
  step: number,
  { parts, hours }: Journal,
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
        update: {
          $inc: Object.fromEntries(Object.entries(counts).map(([name, count]) => [`counts.${name}`, count])),
          $set: { step },
          $setOnInsert: fields,
        },
        upsert: true,
      },
    })),
  );
  throwUnless(writtenHours, isDuplicate);
}
