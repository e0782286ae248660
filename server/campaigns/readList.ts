/** Streams the rows of a CSV or .xlsx file. The first bytes decide the kind, because file names may be wrong. */
import { open } from 'node:fs/promises';
import { withoutFormulaGuard } from '../csv/csvLine.ts';
import { readCsv } from './csv/readCsv.ts';
import { type ListRow, UnreadableList } from './listRow.ts';
import { readXlsx } from './xlsx/readXlsx.ts';

const ZIP = Buffer.from('504b0304', 'hex');
/** Microsoft's compound file: an old .xls, or a workbook with a password. */
const COMPOUND = Buffer.from('d0cf11e0a1b11ae1', 'hex');

export async function* readList(path: string): AsyncGenerator<ListRow> {
  const head = await firstBytes(path, COMPOUND.length);
  if (head.equals(COMPOUND))
    throw new UnreadableList('The file is an old .xls workbook, or has a password', {
      code: 'listEncrypted',
    });
  const rows = head.subarray(0, ZIP.length).equals(ZIP) ? readXlsx(path) : readCsv(path);
  // People correct our own file of refused rows and upload it again.
  for await (const { row, cells } of rows) yield { row, cells: cells.map(withoutFormulaGuard) };
}

async function firstBytes(path: string, length: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
