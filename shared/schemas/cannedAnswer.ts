/** Canned answers as screens see them, and the requests about them. `shared/cannedText.ts` reads their texts. */
import { z } from 'zod';
import { limits } from '../limits.ts';
import { hasBrokenCharacter, isBlank } from '../unseen.ts';
import { id, time } from './common.ts';

const seen = (text: string) => !isBlank(text);
const name = z.string().trim().min(1).max(limits.cannedNameChars).refine(seen, 'a name that people can see');
/** Empty for answers outside of folders. */
const folder = z.string().trim().max(limits.cannedFolderChars);
const text = z
  .string()
  .trim()
  .min(1)
  .max(limits.cannedTextChars)
  .refine(seen, 'a text that people can see')
  .refine((given) => !hasBrokenCharacter(given.replace(/[\r\t]/g, '')), 'no control characters');

export const cannedAnswerView = z.object({
  id,
  /** False for the reader's own. */
  isShared: z.boolean(),
  folder: z.string(),
  name: z.string(),
  /** With variables by their names. */
  text: z.string(),
  /** How many answers were made of it. */
  uses: z.number().int().nonnegative(),
  changedAt: time,
  version: z.number().int().nonnegative(),
});
export type CannedAnswerView = z.output<typeof cannedAnswerView>;

export const newCannedAnswer = z.strictObject({ isShared: z.boolean(), folder, name, text });
export type NewCannedAnswer = z.output<typeof newCannedAnswer>;

export const cannedAnswerChange = newCannedAnswer.extend({
  /** The version that the person has seen. */
  version: z.number().int().nonnegative(),
});
export type CannedAnswerChange = z.output<typeof cannedAnswerChange>;

export const cannedFolderRename = z.strictObject({
  isShared: z.boolean(),
  from: folder.min(1),
  /** Empty takes the answers out of the folder. A folder that exists gets them too. */
  to: folder,
});

const cannedRowProblemCodes = [
  'columnsMissing', // the first row does not name the columns
  'nameMissing',
  'nameTooLong',
  'nameTwice', // the same name in an earlier row
  'folderTooLong',
  'textMissing',
  'textTooLong',
  'brokenCharacter',
  'tooMany', // this row and all after it are beyond the limit
] as const;

export const cannedImportAnswer = z.object({
  added: z.number().int().nonnegative(),
  replaced: z.number().int().nonnegative(),
  /** Rows that are stored like this already. */
  same: z.number().int().nonnegative(),
  /** Where there are any, nothing was imported. The first ones of `problemCount`. */
  problems: z.array(
    z.object({
      /** As a spreadsheet numbers it. */
      row: z.number().int().positive(),
      code: z.enum(cannedRowProblemCodes),
      limit: z.number().int().optional(),
      actual: z.number().int().optional(),
    }),
  ),
  problemCount: z.number().int().nonnegative(),
});
export type CannedImportAnswer = z.output<typeof cannedImportAnswer>;
export type CannedRowProblem = CannedImportAnswer['problems'][number];
