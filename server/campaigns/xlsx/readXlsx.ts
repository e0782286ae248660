/**
 * Streams the rows of an .xlsx file's first visible sheet. The file is unpacked and parsed as a stream, so memory
 * stays flat however long it is.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { campaignLimits } from '../../../shared/schemas/campaign.ts';
import { tellDate } from '../dates.ts';
import { type ListRow, UnreadableList } from '../listRow.ts';
import { type Archive, openArchive } from './archive.ts';
import { type NumberFormats, numberText, readNumberFormats } from './numberFormats.ts';
import { readXml } from './readXml.ts';
import { noStrings, readSharedStrings, type SharedStrings } from './sharedStrings.ts';
import { createTextCollector } from './texts.ts';
import { readWorkbook } from './workbook.ts';

export async function* readXlsx(path: string): AsyncGenerator<ListRow> {
  const archive = await openArchive(path);
  const folder = await mkdtemp(join(tmpdir(), 'notify-inbox-texts-'));
  let strings = noStrings;
  try {
    const { sheetPart, stylesPart, stringsPart, is1904 } = await readWorkbook(archive);
    const formats = await readNumberFormats(archive, stylesPart);
    if (stringsPart !== null) strings = await readSharedStrings(archive, stringsPart, join(folder, 'texts'));
    yield* readRows(archive, sheetPart, { strings, formats, is1904 });
  } finally {
    strings.close();
    archive.close();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Reading {
  strings: SharedStrings;
  formats: NumberFormats;
  is1904: boolean;
}

async function* readRows(archive: Archive, part: string, reading: Reading): AsyncGenerator<ListRow> {
  let ready: ListRow[] = [];
  let row = 0;
  let cells: string[] = [];
  let rowChars = 0;
  let column = -1;
  let cell: { type: string; style: number } | null = null;
  let value = '';
  let isInValue = false;
  const inline = createTextCollector('is', (text) => {
    value = text;
  });

  const parsing = readXml(archive.read(part), {
    open(name, attributes) {
      inline.open(name, attributes);
      if (name === 'row') {
        row = attributes.r === undefined ? row + 1 : Number(attributes.r);
        cells = [];
        rowChars = 0;
        column = -1;
      } else if (name === 'c') {
        column = attributes.r === undefined ? column + 1 : columnOf(attributes.r);
        cell = { type: attributes.t ?? 'n', style: Number(attributes.s ?? 0) };
        value = '';
      } else if (name === 'v') isInValue = cell !== null;
    },
    text(text) {
      inline.text(text);
      if (isInValue) value += text;
    },
    close(name) {
      inline.close(name);
      if (name === 'v') isInValue = false;
      else if (name === 'c' && cell !== null) {
        const text = textOf(cell, value, reading).trim();
        cell = null;
        if (text === '') return;
        rowChars += text.length;
        if (rowChars > campaignLimits.rowChars) throw new UnreadableList('A row is too long');
        // One column too many is enough to refuse the list as too wide.
        const at = Math.min(column, campaignLimits.columns);
        while (cells.length < at) cells.push('');
        cells[at] = text;
      } else if (name === 'row' && cells.length > 0) ready.push({ row, cells });
    },
  });
  for await (const _ of parsing) {
    if (ready.length === 0) continue;
    const rows = ready;
    ready = [];
    yield* rows;
  }
}

function textOf({ type, style }: { type: string; style: number }, value: string, reading: Reading): string {
  switch (type) {
    case 's':
      return reading.strings.get(Number(value));
    case 'b':
      return value === '1' ? 'TRUE' : 'FALSE';
    // Errors such as #N/A are not text for a client.
    case 'e':
      return '';
    case 'd':
      return isoDateText(value);
    case 'n':
      return numberText(value, reading.formats(style), reading.is1904);
    default:
      return value;
  }
}

/** A date that the sheet stores as text: `2026-11-25T00:00:00` becomes `25.11.2026`. */
function isoDateText(value: string): string {
  const [, day, time] = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}(?::\d{2})?)/.exec(value) ?? [];
  if (day === undefined || time === undefined || /^[0:]+$/.test(time)) return tellDate(day ?? value);
  return `${tellDate(day)} ${time.replace(/:00$/, '')}`;
}

/** `C7` is the third column: 2. */
function columnOf(reference: string): number {
  let column = 0;
  for (const letter of reference) {
    const digit = letter.charCodeAt(0) - 64;
    if (digit < 1 || digit > 26) break;
    column = column * 26 + digit;
  }
  return column - 1;
}
