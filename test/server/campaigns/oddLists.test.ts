/** Files as people really save them: each sample is named by its quirk. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { russianCost } from '../../../server/campaigns/csv/russianText.ts';
import { UnreadableList } from '../../../server/campaigns/listRow.ts';
import { readList } from '../../../server/campaigns/readList.ts';

const sample = (name: string) => fileURLToPath(new URL(`../../samples/lists/${name}`, import.meta.url));

async function cellsIn(path: string): Promise<string[][]> {
  const rows: string[][] = [];
  for await (const { cells } of readList(path)) rows.push(cells);
  return rows;
}
const read = (name: string) => cellsIn(sample(name));
const codeOf = (reading: Promise<unknown>) =>
  reading.then(
    () => 'read',
    (error: unknown) => (error instanceof UnreadableList ? error.code : error),
  );

describe('the delimiter', () => {
  it.each([
    ['newline-in-quoted-header.csv', ['Номер\nтелефона', 'Имя'], ['+79161234567', 'Мария']],
    ['comma-in-header.csv', ['Имя, фамилия', 'Телефон'], ['Мария Секретова', '+79161234567']],
    ['comma-in-every-cell.csv', ['Имя, фамилия', 'Телефон'], ['Секретова, Мария', '+79161234567']],
    ['first-line-blank.csv', ['Телефон', 'Имя'], ['+79161234567', 'Мария']],
    ['declares-its-delimiter.csv', ['Телефон', 'Имя'], ['+79161234567', 'Секретова, Мария, Ивановна']],
    [
      'semicolon-in-texts-of-comma-file.csv',
      ['phone', 'name', 'note'],
      ['+79161234567', 'Мария', 'звонить; не писать'],
    ],
    ['one-column.csv', ['Телефон'], ['+79161234567']],
  ])('is found in %s', async (name, header, row) => {
    expect((await read(name)).slice(0, 2)).toEqual([header, row]);
  });
});

describe('the encoding', () => {
  const order = ['Телефон', 'Имя', 'Заказ'];
  const maria = ['+79161234567', 'Мария Секретова', 'кофе и чай'];

  it.each(['windows-1251.csv', 'mac-cyrillic.csv', 'cp866.csv', 'koi8-r.csv'])(
    'is found in %s',
    async (name) => {
      const rows = await read(name);
      expect(rows.slice(0, 2)).toEqual([order, maria]);
      expect(rows[2]?.slice(0, 2)).toEqual(['8 926 123-45-67', 'Пётр Ильин']);
      expect(rows[2]?.[2]).toMatch(/^яблоки «?Антоновка»? [№N] 5$/);
    },
  );

  it.each(['utf8-mark-one-broken-byte.csv', 'utf8-one-broken-byte.csv'])(
    'is UTF-8 in %s, and only the broken character is lost',
    async (name) => {
      expect(await read(name)).toEqual([
        ['Телефон', 'Имя'],
        ['+79161234567', 'Мария'],
        ['89261234567', 'Пё\uFFFD'],
        ['+79031234567', 'Анна'],
      ]);
    },
  );

  it.each(['windows-1252-german.csv', 'shift-jis.csv'])(
    'of %s is refused: its text looks Russian in no encoding',
    async (name) => expect(await codeOf(read(name))).toBe('listEncodingUnknown'),
  );

  it('is not guessed from a letter that looks like a sign: Müller is no M№ller', () => {
    const bytes = Buffer.from('phone,name\n+4930123456,J\xfcrgen M\xfcller\n', 'latin1');
    const costs = ['windows-1251', 'x-mac-cyrillic', 'ibm866', 'koi8-r'].map((encoding) =>
      russianCost(new TextDecoder(encoding).decode(bytes)),
    );
    expect(costs).toEqual([null, null, null, null]);
    expect(russianCost('phone,order\n+79161234567,№ 5')).not.toBe(null);
  });

  describe('of a few words', () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'odd-lists-'));
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    /** Bytes of each encoding, by TextDecoder's own table. */
    const encode = (text: string, encoding: string): Buffer => {
      const table = new Map(
        Array.from({ length: 256 }, (_, byte) => [
          new TextDecoder(encoding).decode(Uint8Array.of(byte)),
          byte,
        ]),
      );
      return Buffer.from([...text].map((letter) => table.get(letter) ?? 0x3f));
    };
    const texts = [
      'phone;Имя\n79161234567;Юля\n',
      'phone;имя\n79161234567;мария\n',
      'phone;ФИО\n79161234567;ЩУКИНА ЭММА ЮРЬЕВНА\n',
      'phone;фио\n79161234567;Жюль Яхъяев\n79161234568;Съедин Фёдор\n',
      'phone;город\n79161234567;Йошкар-Ола\n79161234568;Ясный\n',
    ];

    it.each(['windows-1251', 'x-mac-cyrillic', 'ibm866', 'koi8-r'])('is found for %s', async (encoding) => {
      for (const [at, text] of texts.entries()) {
        const path = join(folder, `${encoding}-${at}.csv`);
        await writeFile(path, encode(text, encoding));
        const cells = text
          .trim()
          .split('\n')
          .map((line) => line.split(';'));
        expect(await cellsIn(path)).toEqual(cells);
      }
    });
  });
});

it('understands what our own file of refused rows writes', async () => {
  expect(await read('leading-apostrophes.csv')).toEqual([
    ['Телефон', 'Имя'],
    ['+7 (916) 123-45-67', 'Мария'],
    ["'89261234567", 'Пётр'],
  ]);
});
