/**
 * Streams the rows of a CSV file. Detects the encoding (UTF-8, UTF-16 or windows-1251) and the delimiter (comma,
 * semicolon or tab) from the file itself.
 */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { campaignLimits } from '../../shared/schemas/campaign.ts';
import { type ListRow, UnreadableList } from './listRow.ts';

const DELIMITERS = [',', ';', '\t'];
/** All are accepted in every file: with only the first line's ending, rows of a file that mixes them would merge. */
const LINE_ENDS = ['\r\n', '\n', '\r'];

export async function* readCsv(path: string): AsyncGenerator<ListRow> {
  const encoding = await encodingOf(path);
  const { delimiter, isDeclared } = await delimiterOf(path, encoding);
  const parser = parse({
    delimiter,
    record_delimiter: LINE_ENDS,
    relax_quotes: true,
    relax_column_count: true,
    max_record_size: campaignLimits.rowChars,
  });
  const source = Readable.from(decoded(path, encoding));
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  try {
    let row = 0;
    for await (const record of parser) {
      row += 1;
      if (row === 1 && isDeclared) continue;
      const cells = (record as string[]).map((cell) => cell.trim());
      if (cells.some((cell) => cell !== '')) yield { row, cells };
    }
  } catch (cause) {
    if (cause instanceof CsvError) throw new UnreadableList(cause.message, { cause });
    throw cause;
  } finally {
    source.destroy();
  }
}

/** A file that is not valid UTF-8 is read as windows-1251, which Russian spreadsheets write. */
async function encodingOf(path: string): Promise<string> {
  for await (const bytes of createReadStream(path, { end: 1 })) {
    const mark = (bytes as Buffer).toString('hex');
    // A spreadsheet's "Unicode text" begins with a byte order mark.
    if (mark === 'fffe') return 'utf-16le';
    if (mark === 'feff') return 'utf-16be';
  }
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const bytes of createReadStream(path)) decoder.decode(bytes as Buffer, { stream: true });
    decoder.decode();
    return 'utf-8';
  } catch (error) {
    if (error instanceof TypeError) return 'windows-1251';
    throw error;
  }
}

async function* decoded(path: string, encoding: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const bytes of createReadStream(path)) {
    const text = decoder.decode(bytes as Buffer, { stream: true });
    // An archive or a picture is not a list, even if its bytes decode to letters.
    if (text.includes('\0')) throw new UnreadableList('The file is not text');
    if (text !== '') yield text;
  }
  const rest = decoder.decode();
  if (rest !== '') yield rest;
}

/** A first line such as "sep=;" declares the delimiter for a spreadsheet. */
const declaration = /^\ufeff?sep=([,;\t])$/i;

interface Delimiter {
  delimiter: string;
  /** True when the first line declares it; that line is not a row of the list. */
  isDeclared: boolean;
}

/** The declared delimiter, otherwise the most frequent one in the first line, outside quotes. */
async function delimiterOf(path: string, encoding: string): Promise<Delimiter> {
  let head = '';
  for await (const text of decoded(path, encoding)) {
    head += text;
    if (/[\r\n]/.test(head) || head.length > campaignLimits.rowChars) break;
  }
  const first = head.split(/[\r\n]/, 1)[0] ?? '';
  const declared = declaration.exec(first)?.[1];
  if (declared !== undefined) return { delimiter: declared, isDeclared: true };
  const line = first.replace(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((each) => line.split(each).length);
  return { delimiter: DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',', isDeclared: false };
}
