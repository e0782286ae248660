/** Rows that cannot be sent: the first for the screen, all of them as a CSV file with their own cells and the reason. */
import type { Types } from 'mongoose';
import { mailingRefusalWords } from '../../shared/mailingRefusals.ts';
import { mailingLimits, type RefusedRow } from '../../shared/schemas/mailing.ts';
import { csvLine } from '../csv/csvLine.ts';
import type { Mailing, MailingRefusals, PassName } from './mailing.model.ts';
import { readBlock, type TakeListParts } from './takeList.ts';

type RefusedParts = Pick<TakeListParts, 'mailingRefusals' | 'mailingRows' | 'sealing'>;

/** What was found when the list was sent, once it was started; of the dry run before. */
export function passShown({ taken }: Mailing): PassName {
  return taken.nextBlock > 0 ? 'taken' : 'checked';
}

export async function firstRefused(parts: RefusedParts, mailing: Mailing): Promise<RefusedRow[]> {
  const rows: RefusedRow[] = [];
  for await (const { refused } of refusals(parts, mailing._id, passShown(mailing))) {
    for (const { row, ...refusal } of refused) {
      rows.push({ row, code: refusal.code, reason: mailingRefusalWords(refusal) });
      if (rows.length >= mailingLimits.refusedPage) return rows;
    }
  }
  return rows;
}

/** Lines of the file, a block at a time. It opens in a spreadsheet: UTF-8 with its mark, semicolons in Russian. */
export async function* refusedCsv(
  parts: RefusedParts,
  mailing: Mailing,
  language: 'ru' | 'en',
): AsyncGenerator<string> {
  const line = (cells: string[]) => csvLine(cells, language);
  const [rowName, reasonName] = language === 'ru' ? ['Строка', 'Причина'] : ['Row', 'Reason'];
  yield `\uFEFF${line([...mailing.headers, rowName!, reasonName!])}`;
  for await (const { block, refused } of refusals(parts, mailing._id, passShown(mailing))) {
    if (refused.length === 0) continue;
    const cellsOf = new Map(
      (await readBlock(parts, mailing._id, block)).map(({ row, cells }) => [row, cells]),
    );
    let text = '';
    for (const { row, ...refusal } of refused) {
      const cells = cellsOf.get(row) ?? [];
      const filled = mailing.headers.map((_, at) => cells[at] ?? '');
      text += line([...filled, String(row), mailingRefusalWords(refusal)[language]]);
    }
    yield text;
  }
}

function refusals({ mailingRefusals }: RefusedParts, mailingId: Types.ObjectId, pass: PassName) {
  return mailingRefusals
    .find({ mailingId, pass })
    .sort({ block: 1 })
    .batchSize(20)
    .lean<MailingRefusals[]>()
    .cursor();
}
