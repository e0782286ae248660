/** Makes workbooks for tests, from given archive parts or one sheet of XML. */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

export type Parts = Record<string, string | Iterable<string> | AsyncIterable<string>>;

const TYPES = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const relation = (id: string, type: string, target: string) =>
  `<Relationship Id="${id}" Type="${TYPES}/${type}" Target="${target}"/>`;
const relations = (inside: string) =>
  `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${inside}</Relationships>`;

/** The parts of a workbook other than its sheets. */
export function workbookParts({
  sheets = '<sheet name="Лист1" sheetId="1" r:id="rId1"/>',
  properties = '',
  cellFormats = '<xf numFmtId="0"/>',
  numberFormats = '',
  strings = '',
}: {
  sheets?: string;
  properties?: string;
  cellFormats?: string;
  numberFormats?: string;
  strings?: string;
} = {}): Parts {
  return {
    '_rels/.rels': relations(relation('rId1', 'officeDocument', 'xl/workbook.xml')),
    'xl/workbook.xml': `<workbook xmlns:r="${TYPES}">${properties}<sheets>${sheets}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relations(
      relation('rId1', 'worksheet', 'worksheets/sheet1.xml') +
        relation('rId2', 'worksheet', '/xl/worksheets/sheet2.xml') +
        relation('rId3', 'styles', 'styles.xml') +
        relation('rId4', 'sharedStrings', 'sharedStrings.xml'),
    ),
    'xl/styles.xml': `<styleSheet><numFmts>${numberFormats}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>${cellFormats}</cellXfs></styleSheet>`,
    'xl/sharedStrings.xml': `<sst>${strings}</sst>`,
  };
}

export const sheet = (rows: string) => `<worksheet><sheetData>${rows}</sheetData></worksheet>`;

export async function writeXlsx(path: string, parts: Parts): Promise<string> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(parts))
    zip.addReadStream(Readable.from(typeof content === 'string' ? [Buffer.from(content)] : content), name);
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path));
  return path;
}
