/** Streams the rows of a CSV file. Its encoding and its delimiter are found in the file itself. */
import { type ListRow, UnreadableList } from '../listRow.ts';
import { detectDelimiter } from './delimiter.ts';
import { detectEncoding } from './encoding.ts';
import { readRecords } from './records.ts';

export async function* readCsv(path: string): AsyncGenerator<ListRow> {
  const encoding = await detectEncoding(path);
  if (encoding === null)
    throw new UnreadableList('The encoding is not known', { code: 'listEncodingUnknown' });
  const { delimiter, isDeclared } = await detectDelimiter(path, encoding);
  let row = 0;
  for await (const record of readRecords(path, { encoding, delimiter })) {
    row += 1;
    if (row === 1 && isDeclared) continue;
    const cells = record.map((cell) => cell.trim());
    if (cells.some((cell) => cell !== '')) yield { row, cells };
  }
}
