/**
 * A transcript as XLSX (ECMA-376): a zip of XML, written row by row. Texts are inline strings, so no cell is a formula.
 * A sheet holds at most 1,048,576 rows; a longer transcript goes on in another sheet.
 */
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { cellsOf, lineOf } from '../lines.ts';
import { columns } from '../texts.ts';
import type { Format } from './format.ts';

const ROWS_OF_SHEET = 1_000_000;
/** The longest text of a cell. */
const CELL_CHARS = 32_767;
const DAY_MS = 86_400_000;
/** Days from the epoch of spreadsheets (30 December 1899) to that of Unix. */
const EPOCH_DAYS = 25_569;

const namespace = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relationships = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

interface Row {
  localMs: number;
  cells: string[];
}

/** @param rowsOfSheet fewer in tests. */
export function xlsxOf(rowsOfSheet = ROWS_OF_SHEET): Format {
  return async function* (parts, options) {
    const zip = new ZipFile();
    const rows = rowsOf(parts, options)[Symbol.asyncIterator]();
    // Unheard, this event would end the process; the error reaches `writing` as well.
    zip.on('error', () => undefined);
    const writing = writeSheets(zip, rows, columns[options.language], rowsOfSheet);
    const output = zip.outputStream as unknown as Readable;
    // A source that fails must end the file: a consumer would wait for the rest.
    writing.catch((error: Error) => output.destroy(error));
    yield* output;
    await writing;
  };
}
export const xlsx = xlsxOf();

const rowsOf = async function* (
  parts: Parameters<Format>[0],
  { language, timeZone }: Parameters<Format>[1],
): AsyncGenerator<Row> {
  for await (const part of parts) {
    if (part.kind !== 'messages') continue;
    for (const message of part.messages) {
      const line = lineOf(message, part.conversation, { language, timeZone });
      yield { localMs: line.localMs, cells: cellsOf(line, part.conversation, language) };
    }
  }
};

async function writeSheets(
  zip: ZipFile,
  rows: AsyncIterator<Row>,
  titles: readonly string[],
  rowsOfSheet: number,
): Promise<void> {
  let sheets = 0;
  let next = await rows.next();
  do {
    sheets += 1;
    const sheet = async function* (): AsyncGenerator<string> {
      yield `${head}<worksheet xmlns="${namespace}"><sheetViews><sheetView workbookViewId="0">` +
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>' +
        '<cols><col min="1" max="1" width="20" customWidth="1"/><col min="2" max="7" width="18" customWidth="1"/>' +
        '<col min="8" max="8" width="80" customWidth="1"/></cols><sheetData>' +
        `<row>${titles.map(textCell).join('')}</row>`;
      for (let count = 0; count < rowsOfSheet && !next.done; count += 1) {
        const { localMs, cells } = next.value;
        yield `<row><c s="1"><v>${localMs / DAY_MS + EPOCH_DAYS}</v></c>${cells.map(textCell).join('')}</row>`;
        next = await rows.next();
      }
      yield '</sheetData></worksheet>';
    };
    const stream = Readable.from(sheet());
    const ended = once(stream, 'end');
    zip.addReadStream(stream, `xl/worksheets/sheet${sheets}.xml`);
    await ended;
  } while (!next.done);
  for (const [name, xml] of Object.entries(otherFiles(sheets)))
    zip.addBuffer(Buffer.from(`${head}${xml}`), name);
  zip.end();
}

function textCell(text: string): string {
  return `<c t="inlineStr"><is><t xml:space="preserve">${escaped(cut(text))}</t></is></c>`;
}

const cut = (text: string): string =>
  text.length <= CELL_CHARS ? text : `${text.slice(0, CELL_CHARS - 1)}…`;

/** XML 1.0 knows neither control characters nor half of a surrogate pair. */
function escaped(text: string): string {
  return (
    text
      .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that XML refuses
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
  );
}

function otherFiles(sheets: number): Record<string, string> {
  const numbers = Array.from({ length: sheets }, (_, at) => at + 1);
  const types = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
  const package_ = 'http://schemas.openxmlformats.org/package/2006';
  return {
    '[Content_Types].xml':
      `<Types xmlns="${package_}/content-types">` +
      `<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
      `<Override PartName="/xl/workbook.xml" ContentType="${types}.sheet.main+xml"/>` +
      `<Override PartName="/xl/styles.xml" ContentType="${types}.styles+xml"/>` +
      numbers
        .map(
          (no) => `<Override PartName="/xl/worksheets/sheet${no}.xml" ContentType="${types}.worksheet+xml"/>`,
        )
        .join('') +
      '</Types>',
    '_rels/.rels':
      `<Relationships xmlns="${package_}/relationships"><Relationship Id="rId1" ` +
      `Type="${relationships}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml':
      `<workbook xmlns="${namespace}" xmlns:r="${relationships}"><sheets>` +
      numbers.map((no) => `<sheet name="${no}" sheetId="${no}" r:id="rId${no}"/>`).join('') +
      '</sheets></workbook>',
    'xl/_rels/workbook.xml.rels':
      `<Relationships xmlns="${package_}/relationships">` +
      numbers
        .map(
          (no) =>
            `<Relationship Id="rId${no}" Type="${relationships}/worksheet" Target="worksheets/sheet${no}.xml"/>`,
        )
        .join('') +
      `<Relationship Id="rId${sheets + 1}" Type="${relationships}/styles" Target="styles.xml"/></Relationships>`,
    // Number format 22: a date with its time, in the reader's own form.
    'xl/styles.xml':
      `<styleSheet xmlns="${namespace}"><fonts count="1"><font/></fonts>` +
      '<fills count="2"><fill><patternFill patternType="none"/></fill>' +
      '<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>' +
      '<cellStyleXfs count="1"><xf/></cellStyleXfs>' +
      '<cellXfs count="2"><xf xfId="0"/><xf numFmtId="22" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>',
  };
}
