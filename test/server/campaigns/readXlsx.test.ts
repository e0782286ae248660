/** Workbooks as various programs write them, and files that only look like one. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ListRow, UnreadableList } from '../../../server/campaigns/listRow.ts';
import { readList } from '../../../server/campaigns/readList.ts';
import { type Parts, sheet, workbookParts, writeXlsx } from './makeXlsx.ts';

let folder: string;
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'notify-inbox-xlsx-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const newPath = () => join(folder, `${count++}.xlsx`);
async function rowsIn(path: string): Promise<ListRow[]> {
  const rows: ListRow[] = [];
  for await (const row of readList(path)) rows.push(row);
  return rows;
}
const rowsOf = async (parts: Parts) => rowsIn(await writeXlsx(newPath(), parts));
const cellsOf = async (cells: string, about: Parameters<typeof workbookParts>[0] = {}) => {
  const deps = { ...workbookParts(about), 'xl/worksheets/sheet1.xml': sheet(`<row r="1">${cells}</row>`) };
  return (await rowsOf(deps))[0]?.cells;
};
const codeOf = async (reading: Promise<unknown>) => {
  const error = await reading.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof UnreadableList))
    throw new Error('The file was read without an error', { cause: error });
  return error.code;
};

describe('a list in a workbook', () => {
  it('keeps shared texts, inline texts, and the places of blank cells and rows', async () => {
    const rows = await rowsOf({
      ...workbookParts({
        strings:
          '<si><t>Телефон</t></si><si><r><t xml:space="preserve">Имя </t></r><r><rPr><b/></rPr><t>клиента</t></r><rPh><t>имя</t></rPh></si>',
      }),
      'xl/worksheets/sheet1.xml': sheet(
        `<row r="2"><c r="A2" t="s"><v>0</v></c><c r="C2" t="s"><v>1</v></c></row>
         <row r="3"><c r="A3" s="0"/></row>
         <row r="5"><c r="A5" t="inlineStr"><is><t>+79990000001</t></is></c><c r="B5" t="str"><f>A1</f><v>из формулы &amp; &lt;</v></c><c r="D5" t="e"><v>#N/A</v></c><c r="E5" t="b"><v>1</v></c></row>
         <row><c t="inlineStr"><is><t>без адреса</t></is></c><c><v>7</v></c></row>`,
      ),
    });
    expect(rows).toEqual([
      { row: 2, cells: ['Телефон', '', 'Имя клиента'] },
      { row: 5, cells: ['+79990000001', 'из формулы & <', '', '', 'TRUE'] },
      { row: 6, cells: ['без адреса', '7'] },
    ]);
  });

  it('keeps every digit of a phone that the sheet stores as a number', async () => {
    expect(
      await cellsOf(
        '<c><v>79990000001</v></c><c><v>7.9990000001E10</v></c><c><v>8.9E+10</v></c><c><v>0.30000000000000004</v></c><c><v>-1250.5</v></c><c><v>1E-7</v></c>',
      ),
    ).toEqual(['79990000001', '79990000001', '89000000000', '0.3', '-1250.5', '0.0000001']);
  });

  it('shows dates and times as dates and times, and codes with their zeros', async () => {
    const about = {
      numberFormats:
        '<numFmt numFmtId="164" formatCode="dd/mm/yyyy;@"/><numFmt numFmtId="165" formatCode="&quot;day&quot; 0.00"/><numFmt numFmtId="166" formatCode="000000"/><numFmt numFmtId="167" formatCode="[$-419]d mmmm yyyy, h:mm"/>',
      cellFormats: [0, 14, 164, 165, 166, 167, 20].map((id) => `<xf numFmtId="${id}"/>`).join(''),
    };
    const cells = [
      [1, 46351],
      [2, 46351.5],
      [3, 46351],
      [4, 1234],
      [5, 46351.7604166667],
      [6, 0.75],
      [1, 60],
      [1, 1],
      [1, -1],
    ];
    expect(
      await cellsOf(cells.map(([style, value]) => `<c s="${style}"><v>${value}</v></c>`).join(''), about),
    ).toEqual([
      '25.11.2026',
      '25.11.2026 12:00',
      '46351',
      '001234',
      '25.11.2026 18:15',
      '18:00',
      '28.02.1900',
      '01.01.1900',
      '-1',
    ]);
    const old = { ...about, properties: '<workbookPr date1904="1"/>' };
    expect(await cellsOf('<c s="1"><v>44889</v></c>', old)).toEqual(['25.11.2026']);
    const texts = ['2026-11-25T00:00:00', '2026-11-25T09:30:00.000Z', '2026-11-25', '09:30'];
    expect(await cellsOf(texts.map((text) => `<c t="d"><v>${text}</v></c>`).join(''))).toEqual([
      '25.11.2026',
      '25.11.2026 09:30',
      '25.11.2026',
      '09:30',
    ]);
  });

  it('keeps the digits of a phone under a format that adds brackets, a prefix or zeros', async () => {
    const codes = [
      '\\+7\\ \\(000\\)\\ 000\\-00\\-00',
      '&quot;8 &quot;\\(000\\)\\ 000\\-00\\-00',
      '[&lt;=9999999]###\\-####;\\(###\\)\\ ###\\-####',
      '0\\-000\\-000\\-00\\-00',
      '000\\-00\\-00',
      '0000000000',
    ];
    const about = {
      numberFormats: codes
        .map((code, at) => `<numFmt numFmtId="${200 + at}" formatCode="${code}"/>`)
        .join(''),
      cellFormats: codes.map((_, at) => `<xf numFmtId="${200 + at}"/>`).join(''),
    };
    const held = [9161234567, 9161234567, 9161234567, 9161234567, 12345, 123456789];
    const cells = held.map((number, style) => `<c s="${style}"><v>${number}</v></c>`).join('');
    // The last is a code, such as a taxpayer's number: its zero belongs to it.
    expect(await cellsOf(cells, about)).toEqual([
      '9161234567',
      '9161234567',
      '9161234567',
      '9161234567',
      '0012345',
      '0123456789',
    ]);
  });

  it('finds its parts whatever the case of their names', async () => {
    const { 'xl/sharedStrings.xml': strings, ...parts } = workbookParts({ strings: '<si><t>Имя</t></si>' });
    const rows = await rowsOf({
      ...parts,
      'xl/SharedStrings.xml': strings!,
      'XL/Worksheets/Sheet1.XML': sheet('<row r="1"><c t="s"><v>0</v></c></row>'),
    });
    expect(rows).toEqual([{ row: 1, cells: ['Имя'] }]);
  });

  it('is read from the first visible sheet, whatever XML prefix its program writes', async () => {
    expect(
      await rowsOf({
        ...workbookParts({
          sheets:
            '<sheet name="a" sheetId="1" state="hidden" r:id="rId1"/><sheet name="b" sheetId="2" r:id="rId2"/>',
        }),
        'xl/worksheets/sheet1.xml': sheet('<row r="1"><c><v>1</v></c></row>'),
        'xl/worksheets/sheet2.xml':
          '<x:worksheet xmlns:x="urn:x"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>2</x:v></x:c></x:row></x:sheetData></x:worksheet>',
      }),
    ).toEqual([{ row: 1, cells: ['2'] }]);
  });

  it('reads texts from any part of a large table', async () => {
    const strings = Array.from(
      { length: 30_000 },
      (_, at) => `<si><t>текст ${at} ${'я'.repeat(at % 90)}</t></si>`,
    );
    const asked = [0, 29_999, 15_000, 15_001, 1, 7_777];
    expect(
      await cellsOf(asked.map((at) => `<c t="s"><v>${at}</v></c>`).join(''), { strings: strings.join('') }),
    ).toEqual(asked.map((at) => `текст ${at} ${'я'.repeat(at % 90)}`.trim()));
  });
});

describe('a file that is not such a list', () => {
  it('is recognised by its content', async () => {
    const path = newPath();
    await writeFile(path, Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]));
    expect(await codeOf(rowsIn(path))).toBe('listEncrypted');
    await writeFile(path, Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(600)]));
    expect(await codeOf(rowsIn(path))).toBe('listUnreadable');
    expect(await codeOf(rowsOf({ 'word/document.xml': '<document/>' }))).toBe('listUnreadable');
    const broken = { ...workbookParts(), 'xl/worksheets/sheet1.xml': '<worksheet><sheetData><row></c>' };
    expect(await codeOf(rowsOf(broken))).toBe('listUnreadable');
    const cutOff = { ...workbookParts(), 'xl/worksheets/sheet1.xml': '<worksheet><sheetData><row>' };
    expect(await codeOf(rowsOf(cutOff))).toBe('listUnreadable');
  });

  it('is refused when it unpacks to too much, or to more than it declares', async () => {
    const deps = { ...workbookParts(), 'xl/worksheets/sheet1.xml': sheet(' '.repeat(4096)) };
    const path = await writeXlsx(newPath(), deps);
    await declareSize(path, 'xl/worksheets/sheet1.xml', 600 * 1024 * 1024);
    expect(await codeOf(rowsIn(path))).toBe('listTooHeavy');
    await declareSize(path, 'xl/worksheets/sheet1.xml', 100);
    expect(await codeOf(rowsIn(path))).toBe('listUnreadable');
  });

  it('is refused when a tag or text in it has no end', async () => {
    const strings = '<si><t>'.concat('x'.repeat(3 * 1024 * 1024));
    const deps = { ...workbookParts({ strings }), 'xl/worksheets/sheet1.xml': sheet('') };
    expect(await codeOf(rowsOf(deps))).toBe('listUnreadable');
  });
});

/** Changes the declared unpacked size of a part. Source: PKWARE's APPNOTE, section 4.3.12. */
async function declareSize(path: string, name: string, bytes: number): Promise<void> {
  const content = await readFile(path);
  const at = content.lastIndexOf(Buffer.from(name)) - 46;
  expect(content.readUInt32LE(at)).toBe(0x02014b50);
  content.writeUInt32LE(bytes, at + 24);
  await writeFile(path, content);
}
