/**
 * Reading and changing canned answers. Which of them a person uses or keeps is a condition of every query here: it comes
 * from `auth/permissions.ts` with the request.
 */
import { type Model, Types } from 'mongoose';
import { toStoredText } from '../../shared/cannedText.ts';
import { limits } from '../../shared/limits.ts';
import { cleanName } from '../../shared/names.ts';
import type {
  CannedAnswerChange,
  CannedAnswerView,
  NewCannedAnswer,
} from '../../shared/schemas/cannedAnswer.ts';
import { normalise } from '../../shared/words/normalise.ts';
import { isDuplicateKey } from '../storage/database.ts';
import { insertDocument } from '../storage/insertDocument.ts';
import { currentTime } from '../work/clock.ts';
import type { CannedAnswer } from './cannedAnswer.model.ts';

export interface CannedAnswerDeps {
  companyId: Types.ObjectId;
  cannedAnswers: Model<CannedAnswer>;
}

/** The owners whose answers the query may meet; null stands for the shared ones. */
export interface OfOwners {
  ownerId: { $in: (string | null)[] };
}

export type CannedOutcome =
  | { kind: 'written'; answer: CannedAnswer; before: CannedAnswer | null }
  | { kind: 'notFound' }
  | { kind: 'nameTaken' }
  | { kind: 'changedMeanwhile' }
  | { kind: 'tooMany'; limit: number };

/** Each owner's answers by name; the limits of a scope are the limits of the list. */
export async function listCannedAnswers(
  { companyId, cannedAnswers }: CannedAnswerDeps,
  { ownerId: { $in: owners } }: OfOwners,
): Promise<CannedAnswer[]> {
  const lists = await Promise.all(
    owners.map((ownerId) =>
      cannedAnswers.find({ companyId, ownerId }).sort({ nameKey: 1 }).lean<CannedAnswer[]>(),
    ),
  );
  return lists.flat();
}

export async function addCannedAnswer(
  deps: CannedAnswerDeps,
  ownerId: string | null,
  given: NewCannedAnswer,
): Promise<CannedOutcome> {
  const full = await whenFull(deps, ownerId);
  if (full) return full;
  const now = currentTime();
  const answer: CannedAnswer = {
    _id: new Types.ObjectId(),
    companyId: deps.companyId,
    ownerId: ownerId === null ? null : new Types.ObjectId(ownerId),
    ...(await asStored(deps, ownerId, given)),
    uses: 0,
    countedStep: 0,
    version: 0,
    createdAt: now,
    changedAt: now,
  };
  try {
    await insertDocument(deps.cannedAnswers, answer);
  } catch (error) {
    if (isDuplicateKey(error)) return { kind: 'nameTaken' };
    throw error;
  }
  return { kind: 'written', answer, before: null };
}

/** An own one becomes shared when the change says so; the caller has checked that the person may share. */
export async function changeCannedAnswer(
  deps: CannedAnswerDeps,
  kept: OfOwners,
  id: string,
  { version, isShared, ...given }: CannedAnswerChange,
): Promise<CannedOutcome> {
  const { companyId, cannedAnswers } = deps;
  const found = { _id: new Types.ObjectId(id), companyId, ...kept };
  const before = await cannedAnswers.findOne(found as never).lean<CannedAnswer>();
  if (!before) return { kind: 'notFound' };
  const ownerId = isShared ? null : (before.ownerId?.toHexString() ?? null);
  if (ownerId === null && before.ownerId !== null) {
    const full = await whenFull(deps, null);
    if (full) return full;
  }
  const stored = await asStored(deps, ownerId, given);
  try {
    const answer = await cannedAnswers
      .findOneAndUpdate(
        { ...found, version } as never,
        { $set: { ...stored, ownerId, changedAt: currentTime() }, $inc: { version: 1 } },
        { returnDocument: 'after' },
      )
      .lean<CannedAnswer>();
    return answer ? { kind: 'written', answer, before } : { kind: 'changedMeanwhile' };
  } catch (error) {
    if (isDuplicateKey(error)) return { kind: 'nameTaken' };
    throw error;
  }
}

export function findCannedAnswer(
  { companyId, cannedAnswers }: CannedAnswerDeps,
  owners: OfOwners,
  id: string,
): Promise<CannedAnswer | null> {
  return cannedAnswers
    .findOne({ _id: new Types.ObjectId(id), companyId, ...owners } as never)
    .lean<CannedAnswer>()
    .exec();
}

/** False when there is no such answer any more. */
export async function deleteCannedAnswer(
  { companyId, cannedAnswers }: CannedAnswerDeps,
  kept: OfOwners,
  id: string,
): Promise<boolean> {
  const found = { _id: new Types.ObjectId(id), companyId, ...kept };
  return (await cannedAnswers.deleteOne(found as never)).deletedCount === 1;
}

/** @returns how many answers were in the folder. */
export async function renameFolder(
  deps: CannedAnswerDeps,
  ownerId: string | null,
  from: string,
  to: string,
): Promise<number> {
  const { companyId, cannedAnswers } = deps;
  const others = (await foldersOf(deps, ownerId)).filter((folder) => folder !== from);
  const { modifiedCount } = await cannedAnswers.updateMany({ companyId, ownerId, folder: from } as never, {
    $set: { folder: asSpelled(others, cleanName(to)), changedAt: currentTime() },
    $inc: { version: 1 },
  });
  return modifiedCount;
}

export function toCannedAnswerView(answer: CannedAnswer): CannedAnswerView {
  const { _id, ownerId, folder, name, text, uses, changedAt, version } = answer;
  return {
    id: _id.toHexString(),
    isShared: ownerId === null,
    folder,
    name,
    text,
    uses,
    changedAt: changedAt.toISOString(),
    version,
  };
}

export const limitOf = (ownerId: string | null) =>
  ownerId === null ? limits.cannedAnswersShared : limits.cannedAnswersOwn;

/** Two writers at the limit may both pass it: a list that is longer by one harms nobody. */
async function whenFull(
  { companyId, cannedAnswers }: CannedAnswerDeps,
  ownerId: string | null,
): Promise<{ kind: 'tooMany'; limit: number } | null> {
  const limit = limitOf(ownerId);
  const count = await cannedAnswers.countDocuments({ companyId, ownerId } as never);
  return count < limit ? null : { kind: 'tooMany', limit };
}

type Written = Pick<NewCannedAnswer, 'folder' | 'name' | 'text'>;

async function asStored(
  deps: CannedAnswerDeps,
  ownerId: string | null,
  given: Written,
): Promise<Pick<CannedAnswer, 'folder' | 'name' | 'nameKey' | 'text'>> {
  const stored = cleaned(given);
  const known = stored.folder === '' ? [] : await foldersOf(deps, ownerId);
  return { ...stored, folder: asSpelled(known, stored.folder) };
}

function foldersOf(
  { companyId, cannedAnswers }: CannedAnswerDeps,
  ownerId: string | null,
): Promise<string[]> {
  return cannedAnswers.distinct('folder', { companyId, ownerId } as never).exec();
}

/** A folder that differs only in case or in ё is the same folder, as it was spelled first. */
export function asSpelled(known: readonly string[], folder: string): string {
  if (known.includes(folder)) return folder;
  return known.find((one) => keyOf(one) === keyOf(folder)) ?? folder;
}

export function cleaned({ folder, name, text }: Written) {
  const clean = cleanName(name).replace(/\s+/g, ' ');
  return {
    folder: cleanName(folder),
    name: clean,
    nameKey: keyOf(clean),
    text: toStoredText(text.replace(/\r\n?/g, '\n').replaceAll('\t', ' ').trim()),
  };
}

const keyOf = (name: string) => normalise(name).replace(/\s+/g, ' ').trim();
