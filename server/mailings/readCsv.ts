/**
 * Rows of a CSV file, one at a time, however long it is: UTF-8 or windows-1251, with commas, semicolons or tabs, told
 * from the file itself.
 */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { mailingLimits } from '../../shared/schemas/mailing.ts';
import { type ListRow, UnreadableList } from './listRow.ts';

const DELIMITERS = [',', ';', '\t'];

export async function* readCsv(path: string): AsyncGenerator<ListRow> {
  const encoding = await encodingOf(path);
  const delimiter = await delimiterOf(path, encoding);
  const parser = parse({
    delimiter,
    relax_quotes: true,
    relax_column_count: true,
    max_record_size: mailingLimits.rowChars,
  });
  const source = Readable.from(decoded(path, encoding));
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  try {
    let row = 0;
    for await (const record of parser) {
      row += 1;
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

/** What is not UTF-8 all through is taken for windows-1251, which spreadsheets in Russian write. */
async function encodingOf(path: string): Promise<string> {
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
    // An archive or a picture is no list, whatever letters its bytes would make.
    if (text.includes('\0')) throw new UnreadableList('The file is not text');
    if (text !== '') yield text;
  }
  const rest = decoder.decode();
  if (rest !== '') yield rest;
}

/** The one that the first line has most of, outside its quotes. */
async function delimiterOf(path: string, encoding: string): Promise<string> {
  let head = '';
  for await (const text of decoded(path, encoding)) {
    head += text;
    if (head.includes('\n') || head.length > mailingLimits.rowChars) break;
  }
  const line = (head.split(/\r?\n/, 1)[0] ?? '').replace(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((each) => line.split(each).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}
