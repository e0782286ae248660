/** One number in every spelling that people use, and no number of another country without its plus. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readRow } from '../../../server/campaigns/columns.ts';
import { numberText } from '../../../server/campaigns/xlsx/numberFormats.ts';
import { csvLine, withoutFormulaGuard } from '../../../server/csv/csvLine.ts';
import { cellNamesPhone, phoneOrNull } from '../../../server/phones/readPhone.ts';

const digits = (count: number) => fc.stringMatching(new RegExp(`^\\d{${count}}$`));
const spaces = ['', ' ', '\u00a0', '\u202f', '\u2009', '\t', '  '];
const dashes = [...'-\u2010\u2011\u2012\u2013\u2014\u2015\u2212'];
const invisible = [...'\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u00ad'];
const separators = fc.constantFrom(...spaces, ...dashes, '.', ' - ', ' \u2013 ');
const mark = fc.constantFrom('', '', '', ...invisible);

/** A Russian mobile number as people write it: its prefix, its groups, and marks from where it was copied. */
const spelled = fc
  .record({
    national: digits(9).map((rest) => `9${rest}`),
    prefix: fc.constantFrom('+7', '7', '8', '', '\uff0b7', "'+7", '\u20198', "'7", "'"),
    isBracketed: fc.boolean(),
    between: fc.tuple(separators, separators, separators, separators),
    marks: fc.tuple(mark, mark, mark, mark),
  })
  .map(({ national, prefix, isBracketed, between, marks }) => {
    const [code, ...rest] = [
      national.slice(0, 3),
      national.slice(3, 6),
      national.slice(6, 8),
      national.slice(8),
    ];
    const area = isBracketed ? `(${code})` : code;
    const groups = rest.map((group, at) => `${between[at + 1]}${marks[at + 1]}${group}`);
    const gap = /\d$/.test(prefix) ? between[0] : '';
    return { phone: `+7${national}`, text: `${marks[0]}${prefix}${gap}${area}${groups.join('')}${marks[3]}` };
  });

const columns = { template: 'orderReady', phoneColumn: 0, variables: {} };
function readInList(cell: string): string | null {
  const read = readRow({ columns, dates: new Set() }, 0, [withoutFormulaGuard(cell.trim())]);
  return read.kind === 'item' ? read.item.request.phone : null;
}

it('is read alike in a list, in typing and in the block list, and erasure finds it', () => {
  fc.assert(
    fc.property(spelled, ({ phone, text }) => {
      expect(readInList(text)).toBe(phone);
      expect(phoneOrNull(text)).toBe(phone);
      expect(cellNamesPhone(text, phone)).toBe(true);
      expect(cellNamesPhone(`Мария, ${text}`, phone)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

it('is read from the file of refused rows, and from a number of a workbook', () => {
  fc.assert(
    fc.property(spelled, fc.constantFrom('7', '8', ''), ({ phone, text }, prefix) => {
      const [, written = ''] = /^"(.*)"\r\n$/s.exec(csvLine([text], 'ru')) ?? [];
      expect(readInList(written)).toBe(phone);
      const number = Number(`${prefix}${phone.slice(2)}`);
      for (const stored of [String(number), number.toExponential().toUpperCase()])
        expect(readInList(numberText(stored, { kind: 'plain' }, false))).toBe(phone);
    }),
    { numRuns: 500 },
  );
});

it('is never a number of another country without a plus', () => {
  const pieces = fc.oneof(
    digits(1),
    digits(3),
    digits(7),
    separators,
    fc.constantFrom('8 10', '00', '375', '49', '91', '(', ')', '.0', ',5', 'E+10', 'доб. 5', "'", '/'),
  );
  const texts = fc.oneof(
    fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join('')),
    fc.integer({ min: 9, max: 15 }).chain((count) => digits(count)),
    fc.string({ unit: 'grapheme' }),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const phone = phoneOrNull(text);
      if (phone !== null && !/[+\uff0b\ufe62]/.test(text)) expect(phone).toMatch(/^\+7[34789]\d{9}$/);
    }),
    { numRuns: 5_000 },
  );
});
