import fc from 'fast-check';
import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { describe, expect, it } from 'vitest';
import {
  cellNamesPhone,
  countryOfPhone,
  readApiPhone,
  readListPhone,
  readTypedPhone,
  spellListPhone,
} from '../../../server/phones/readPhone.ts';

const anna = '+79001234567';
const london = '+442079460958';

describe('the same text, typed by a person, in a list and in the API', () => {
  it.each<[text: string, typed: string | null, list: string | null, api: string | null]>([
    [anna, anna, anna, anna],
    [` ${anna} `, anna, anna, anna],
    ['+7 (900) 123-45-67', anna, anna, anna],
    ['+7.900.123.45.67', anna, anna, anna],
    ['+7–900—123-45-67', anna, anna, anna],
    ['+7 900 123 45 67', anna, anna, anna],
    // Russian numbers with 8, and what a spreadsheet leaves: the API requires the plus.
    ['8 900 123-45-67', anna, anna, null],
    ['89001234567', anna, anna, null],
    ['79001234567', anna, anna, null],
    ['8-800-555-35-35', '+78005553535', '+78005553535', null],
    // Ten digits: a person in Russia omits the code; a list is assumed to omit only the plus.
    ['9001234567', anna, '+901234567', null],
    ['81079001234567', anna, '+8179001234567', null],
    // Other countries: a list may omit the plus, a person must type it.
    ['+375 29 123-45-67', '+375291234567', '+375291234567', '+375291234567'],
    ['375 29 123 45 67', null, '+375291234567', null],
    ['442079460958', null, london, null],
    // A trunk prefix after the code is dropped.
    ['+44 (0)20 7946 0958', london, london, london],
    ['+7 8 900 123 45 67', anna, anna, anna],
    // Digits of other scripts.
    ['+٧٩٠٠١٢٣٤٥٦٧', anna, anna, anna],
    ['+７９００１２３４５６７', anna, anna, anna],
    // A phone inside other text, or two phones.
    [`Анна ${anna}`, null, null, null],
    [`${anna} Анна`, null, null, null],
    [`${anna}, +79007654321`, null, null, null],
    [`'${anna}`, null, null, null],
    [`tel:${anna}`, null, null, null],
    // An extension.
    [`${anna} доб. 5`, null, null, null],
    [`${anna} ext. 5`, null, null, null],
    [`${anna};ext=5`, null, null, null],
    // 00 in place of the plus.
    ['0079001234567', null, null, null],
    ['00 7 900 123 45 67', null, null, null],
    // Letters, and number formats of a spreadsheet.
    ['+7900ABCDEFG', null, null, null],
    ['7.9001234567E10', null, null, null],
    ['79001234567.0', null, null, null],
    // Too short, too long, of no country, empty.
    ['+7900123456', null, null, null],
    ['+790012345678', null, null, null],
    ['+999123456789', null, null, null],
    ['020 7946 0958', null, null, null],
    ['12', null, null, null],
    ['+', null, null, null],
    ['', null, null, null],
  ])('%j', (text, typed, list, api) => {
    expect({ typed: readTypedPhone(text), list: readListPhone(text), api: readApiPhone(text) }).toEqual({
      typed,
      list,
      api,
    });
  });
});

it('spells a phone as the API does, and makes no phone of other text', () => {
  expect(spellListPhone('8 (900) 123-45-67')).toBe(anna);
  expect(spellListPhone(' Анна ')).toBe('Анна');
  expect(spellListPhone('')).toBe('');
});

describe('a cell of a list', () => {
  it.each([
    [anna, anna],
    ['8 900 123-45-67', anna],
    ['9001234567, то есть 79001234567', anna],
    [`Анна ${anna}, доб. 5`, anna],
    // The list would be sent to this phone, though its digits are not adjacent in the cell.
    ['+44 (0)20 7946 0958', london],
    ['+٧٩٠٠١٢٣٤٥٦٧', anna],
    // A shorter number counts only when it is alone in its cell.
    ['+3112345', '+3112345'],
  ])('%j names %s', (cell, phone) => {
    expect(cellNamesPhone(cell, phone)).toBe(true);
  });

  it.each([
    ['', anna],
    ['Анна', anna],
    ['8 900 123-45-68', anna],
    ['9001234567', anna],
    ['заказ 3112345', '+3112345'],
  ])('%j does not name %s', (cell, phone) => {
    expect(cellNamesPhone(cell, phone)).toBe(false);
  });

  it('names every phone to which the list would be sent', () => {
    const cells = fc
      .tuple(fc.constantFrom('+', '', '8', '+7 8', '+44 (0)', '+375 '), fc.stringMatching(/^\d{9,11}$/))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(cells, (cell) => {
        const phone = readListPhone(cell);
        if (phone !== null) expect(cellNamesPhone(cell, phone)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

it('finds the country when the code belongs to one country', () => {
  expect([anna, '+375291234567', '+80012345678'].map(countryOfPhone)).toEqual(['RU', 'BY', null]);
});

const digits = (count: number) => fc.stringMatching(new RegExp(`^\\d{${count}}$`));

it('reads Russian mobile numbers without the library, and gives the same result as the library', () => {
  const numbers = fc.oneof(
    digits(9).map((rest) => `+79${rest}`),
    fc
      .tuple(fc.constantFrom('+7', '+78', '+79', '79', '+375', '+', ' +79'), digits(9))
      .map((parts) => parts.join('')),
    digits(8).map((rest) => `+79${rest}`),
    digits(10).map((rest) => `+79${rest}`),
  );
  fc.assert(
    fc.property(numbers, (given) => {
      const byLibrary = parsePhoneNumberFromString(given.trim(), { extract: false });
      expect(readApiPhone(given)).toBe(byLibrary?.isPossible() ? byLibrary.number : null);
    }),
    { numRuns: 500 },
  );
});
