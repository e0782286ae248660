/** Streams the text of a file and its records, once the encoding and the delimiter are known. */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { campaignLimits } from '../../../shared/schemas/campaign.ts';
import { UnreadableList } from '../listRow.ts';

/** All are accepted in every file: with only the first line's ending, rows of a file that mixes them would merge. */
const LINE_ENDS = ['\r\n', '\n', '\r'];

export async function* readText(path: string, encoding: string): AsyncGenerator<string> {
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

export async function* readRecords(
  path: string,
  { encoding, delimiter }: { encoding: string; delimiter: string },
): AsyncGenerator<string[]> {
  const parser = parse({
    delimiter,
    record_delimiter: LINE_ENDS,
    relax_quotes: true,
    relax_column_count: true,
    max_record_size: campaignLimits.rowChars,
  });
  const source = Readable.from(readText(path, encoding));
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  try {
    for await (const record of parser) yield record as string[];
  } catch (cause) {
    if (cause instanceof CsvError) throw new UnreadableList(cause.message, { cause });
    throw cause;
  } finally {
    source.destroy();
  }
}
