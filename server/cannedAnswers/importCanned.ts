/**
 * Imports a file of canned answers: one in each row, with columns that the first row names. All rows are checked before
 * the first is written. Writing is safe to repeat: a row replaces the answer of its name.
 */
import { type Model, Types } from 'mongoose';
import { limits } from '../../shared/limits.ts';
import type {
  CannedImportAnswer,
  CannedRowProblem,
  NewCannedAnswer,
} from '../../shared/schemas/cannedAnswer.ts';
import { hasBrokenCharacter, isBlank } from '../../shared/unseen.ts';
import { normalise } from '../../shared/words/normalise.ts';
import { type ListRow, type Unreadable, UnreadableList } from '../campaigns/listRow.ts';
import { throwUnless, upsertEach } from '../storage/bulkWrites.ts';
import { currentTime } from '../work/clock.ts';
import type { CannedAnswer } from './cannedAnswer.model.ts';
import { asSpelled, type CannedAnswerDeps, cleaned, limitOf } from './cannedAnswers.ts';

type Column = 'folder' | 'name' | 'text';
/** As our own files name the columns, in either language. */
const columnNames: Record<Column, readonly string[]> = {
  folder: ['папка', 'folder'],
  name: ['название', 'name'],
  text: ['текст', 'text'],
};

export type CannedImport =
  | { kind: 'read'; result: CannedImportAnswer }
  | { kind: 'refused'; code: Unreadable | 'listEmpty' };

type Row = ReturnType<typeof cleaned>;

export async function importCannedAnswers(
  deps: CannedAnswerDeps,
  ownerId: string | null,
  rows: AsyncIterable<ListRow>,
): Promise<CannedImport> {
  try {
    const { found, problems, isEmpty } = await checkRows(rows, limitOf(ownerId));
    if (isEmpty) return { kind: 'refused', code: 'listEmpty' };
    return { kind: 'read', result: await store(deps, ownerId, found, problems) };
  } catch (error) {
    if (error instanceof UnreadableList) return { kind: 'refused', code: error.code };
    throw error;
  }
}

interface Checked {
  /** By number of row. */
  found: Map<number, Row>;
  problems: CannedRowProblem[];
  isEmpty: boolean;
}

async function checkRows(rows: AsyncIterable<ListRow>, limit: number): Promise<Checked> {
  const found = new Map<number, Row>();
  const problems: CannedRowProblem[] = [];
  const keys = new Set<string>();
  let columns: Record<Column, number> | null = null;
  let count = 0;
  for await (const { row, cells } of rows) {
    if (!columns) {
      columns = columnsIn(cells);
      if (columns.name !== -1 && columns.text !== -1) continue;
      return { found, problems: [{ row, code: 'columnsMissing' }], isEmpty: false };
    }
    count += 1;
    if (count > limit) {
      problems.push({ row, code: 'tooMany', limit });
      break;
    }
    const { folder, name, text } = columns;
    const given = { folder: cells[folder] ?? '', name: cells[name] ?? '', text: cells[text] ?? '' };
    const clean = cleaned(given);
    const own = problemsOf(row, given, keys.has(clean.nameKey));
    problems.push(...own);
    if (own.length > 0) continue;
    keys.add(clean.nameKey);
    found.set(row, clean);
  }
  return { found, problems, isEmpty: count === 0 };
}

function columnsIn(cells: readonly string[]): Record<Column, number> {
  const titles = cells.map((cell) => normalise(cell).trim());
  const at = (column: Column) => titles.findIndex((title) => columnNames[column].includes(title));
  return { folder: at('folder'), name: at('name'), text: at('text') };
}

function problemsOf(
  row: number,
  { folder, name, text }: Omit<NewCannedAnswer, 'isShared'>,
  isTwice: boolean,
): CannedRowProblem[] {
  const problems: CannedRowProblem[] = [];
  const tooLong = (code: CannedRowProblem['code'], given: string, limit: number) => {
    if (given.length > limit) problems.push({ row, code, limit, actual: given.length });
  };
  if (isBlank(name)) problems.push({ row, code: 'nameMissing' });
  else if (isTwice) problems.push({ row, code: 'nameTwice' });
  if (isBlank(text)) problems.push({ row, code: 'textMissing' });
  tooLong('nameTooLong', name, limits.cannedNameChars);
  tooLong('folderTooLong', folder, limits.cannedFolderChars);
  tooLong('textTooLong', text, limits.cannedTextChars);
  if ([folder, name, text.replace(/[\r\t]/g, '')].some(hasBrokenCharacter))
    problems.push({ row, code: 'brokenCharacter' });
  return problems;
}

async function store(
  { companyId, cannedAnswers }: CannedAnswerDeps,
  ownerId: string | null,
  found: ReadonlyMap<number, Row>,
  problems: CannedRowProblem[],
): Promise<CannedImportAnswer> {
  const scope = { companyId, ownerId: ownerId === null ? null : new Types.ObjectId(ownerId) };
  const stored = await cannedAnswers.find(scope).lean<CannedAnswer[]>();
  const byKey = new Map(stored.map((answer) => [answer.nameKey, answer]));
  const folders = [...new Set(stored.map(({ folder }) => folder))];
  let total = stored.length;
  const changes: { row: Row; isNew: boolean }[] = [];
  for (const [number, given] of found) {
    const row = { ...given, folder: asSpelled(folders, given.folder) };
    if (row.folder !== '' && !folders.includes(row.folder)) folders.push(row.folder);
    const held = byKey.get(row.nameKey);
    if (held && held.name === row.name && held.folder === row.folder && held.text === row.text) continue;
    if (!held) total += 1;
    if (total > limitOf(ownerId)) {
      problems.push({ row: number, code: 'tooMany', limit: limitOf(ownerId) });
      break;
    }
    changes.push({ row, isNew: !held });
  }
  if (problems.length > 0)
    return {
      added: 0,
      replaced: 0,
      same: 0,
      problems: problems.slice(0, limits.cannedProblemsShown),
      problemCount: problems.length,
    };
  await write(cannedAnswers, scope, changes);
  const added = changes.filter(({ isNew }) => isNew).length;
  return {
    added,
    replaced: changes.length - added,
    same: found.size - changes.length,
    problems: [],
    problemCount: 0,
  };
}

async function write(
  cannedAnswers: Model<CannedAnswer>,
  scope: Pick<CannedAnswer, 'companyId' | 'ownerId'>,
  changes: readonly { row: Row }[],
): Promise<void> {
  const now = currentTime();
  const outcomes = await upsertEach(
    cannedAnswers.collection,
    changes.map(({ row: { nameKey, ...fields } }) => ({
      updateOne: {
        filter: { ...scope, nameKey },
        update: {
          $set: { ...fields, changedAt: now },
          $inc: { version: 1 },
          $setOnInsert: { _id: new Types.ObjectId(), uses: 0, countedStep: 0, createdAt: now },
        },
        upsert: true,
      },
    })),
  );
  throwUnless(outcomes);
}
