/**
 * Finds the delimiter of a CSV file. Counting characters of the first line is not enough: a quoted header may contain
 * line ends and commas. So the first records are read with each delimiter, and the table that is even wins.
 */
import { campaignLimits } from '../../../shared/schemas/campaign.ts';
import { UnreadableList } from '../listRow.ts';
import { readRecords, readText } from './records.ts';

/** The first of equals wins: a comma is often part of a text, a semicolon or a tab seldom. */
const DELIMITERS = [';', '\t', ','] as const;
const RECORDS_READ = 20;

/** A first line such as "sep=;" declares the delimiter for a spreadsheet. */
const DECLARATION = /^"?sep=([,;\t|])"?\s*$/i;

export interface Delimiter {
  delimiter: string;
  /** True when the first line declares it; that line is not a row of the list. */
  isDeclared: boolean;
}

export async function detectDelimiter(path: string, encoding: string): Promise<Delimiter> {
  const declared = DECLARATION.exec(await firstLine(path, encoding))?.[1];
  if (declared !== undefined) return { delimiter: declared, isDeclared: true };
  let best: { delimiter: string; evenness: number } = { delimiter: DELIMITERS[0], evenness: 0 };
  for (const delimiter of DELIMITERS) {
    const evenness = evennessOf(await firstRecords(path, { encoding, delimiter }));
    if (evenness > best.evenness) best = { delimiter, evenness };
  }
  return { delimiter: best.delimiter, isDeclared: false };
}

/** The share of records with the usual number of cells, above one; half of it when the header has another number. */
function evennessOf(records: string[][]): number {
  const filled = records.filter((cells) => cells.some((cell) => cell.trim() !== ''));
  const counts = new Map<number, number>();
  for (const { length } of filled) if (length > 1) counts.set(length, (counts.get(length) ?? 0) + 1);
  const [usual, times] = [...counts].reduce((most, each) => (each[1] > most[1] ? each : most), [0, 0]);
  if (times === 0) return 0;
  return (times / filled.length) * (filled[0]?.length === usual ? 1 : 0.5);
}

async function firstRecords(
  path: string,
  reading: { encoding: string; delimiter: string },
): Promise<string[][]> {
  const records: string[][] = [];
  try {
    for await (const record of readRecords(path, reading)) {
      records.push(record);
      if (records.length === RECORDS_READ) break;
    }
  } catch (error) {
    // With a wrong delimiter a quote may have no end. What was read before it counts.
    if (!(error instanceof UnreadableList)) throw error;
  }
  return records;
}

async function firstLine(path: string, encoding: string): Promise<string> {
  let head = '';
  for await (const text of readText(path, encoding)) {
    head += text;
    if (/[\r\n]/.test(head) || head.length > campaignLimits.rowChars) break;
  }
  return head.split(/[\r\n]/, 1)[0] ?? '';
}
