import fc from 'fast-check';
import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { describe, expect, it } from 'vitest';
import {
  cellNamesPhone,
  countryOfPhone,
  phoneOrNull,
  readApiPhone,
  readPhone,
} from '../../../server/phones/readPhone.ts';

const anna = '+79001234567';
const london = '+442079460958';

describe('the same text, read from a list or from what a person typed, and from the API', () => {
  it.each<[text: string, read: string | 'noCountryCode' | 'notPhone', api: string | null]>([
    [anna, anna, anna],
    [` ${anna} `, anna, anna],
    ['+7 (900) 123-45-67', anna, anna],
    ['(+7) 900 123-45-67', anna, null],
    ['+7.900.123.45.67', anna, anna],
    ['+7–900—123-45-67', anna, anna],
    ['+7 900 123 45 67', anna, anna],
    // Russian numbers with 8, or without the plus: the API requires it.
    ['8 900 123-45-67', anna, null],
    ['8(900)1234567', anna, null],
    ['89001234567', anna, null],
    ['79001234567', anna, null],
    ['7 900 123 45 67', anna, null],
    ['8-800-555-35-35', '+78005553535', null],
    ['8 701 123 45 67', '+77011234567', null],
    // Ten digits: a Russian mobile number or city. Earlier versions sent them to India, Pakistan and Germany.
    ['9001234567', anna, null],
    ['9161234567', '+79161234567', null],
    ['9261234567', '+79261234567', null],
    ['4951234567', '+74951234567', null],
    ['(812) 123-45-67', '+78121234567', null],
    ['3431234567', '+73431234567', null],
    // Ten digits that are no Russian city: Belgium without its plus, and a mobile number that lost a digit.
    ['3221234567', 'noCountryCode', null],
    ['8901234567', 'noCountryCode', null],
    ['7011234567', 'noCountryCode', null],
    // Other countries need the plus.
    ['+375 29 123-45-67', '+375291234567', '+375291234567'],
    ['375 29 123 45 67', 'noCountryCode', null],
    ['442079460958', 'noCountryCode', null],
    ['020 7946 0958', 'noCountryCode', null],
    // A trunk prefix after the code is dropped.
    ['+44 (0)20 7946 0958', london, london],
    ['+7 8 900 123 45 67', anna, anna],
    // 00, or 8 10, in place of the plus.
    ['0079001234567', 'noCountryCode', null],
    ['00 7 900 123 45 67', 'noCountryCode', null],
    ['810375291234567', 'noCountryCode', null],
    ['8 10 375 29 123-45-67', 'noCountryCode', null],
    ['81079001234567', 'noCountryCode', null],
    ['81012345678', 'noCountryCode', null],
    // What a spreadsheet or a program leaves of a number.
    ['9101234567.0', 'noCountryCode', null],
    ['79001234567.0', 'noCountryCode', null],
    ['79001234567,00', 'noCountryCode', null],
    ['+49301234567.0', 'notPhone', null],
    ['+4930123.0', 'notPhone', null],
    ['8900123.4567', anna, null],
    ['7.9001234567E10', 'notPhone', null],
    ['7,92E+10', 'notPhone', null],
    // Digits of other scripts, dashes of all kinds, marks that nobody sees.
    ['+٧٩٠٠١٢٣٤٥٦٧', anna, anna],
    ['+７９００１２３４５６７', anna, anna],
    ['＋7 900 123‐45‑67', anna, anna],
    ['8 900 123‒45―67', anna, null],
    ['8 900 123−45–67', anna, null],
    ['\u202d+7 900 123-45-67\u202c', anna, null],
    ['\ufeff89001234567\u200b', anna, null],
    ['8\u00ad900\u00ad1234567', anna, null],
    ['\u2066+79001234567\u2069', anna, null],
    ['8\u00a0900\u202f123 45 67', anna, null],
    [`'${anna}`, anna, null],
    ['’8 900 123-45-67', anna, null],
    // A phone inside other text, or two phones.
    [`Анна ${anna}`, 'notPhone', null],
    [`${anna} Анна`, 'notPhone', null],
    [`${anna}, +79007654321`, 'notPhone', null],
    ['89001234567 89007654321', 'noCountryCode', null],
    [`tel:${anna}`, 'notPhone', null],
    // An extension.
    [`${anna} доб. 5`, 'notPhone', null],
    [`${anna} ext. 5`, 'notPhone', null],
    [`${anna};ext=5`, 'notPhone', null],
    ['+7900ABCDEFG', 'notPhone', null],
    // Too short, too long, of no country, empty.
    ['+7900123456', 'notPhone', null],
    ['+790012345678', 'notPhone', null],
    ['+999123456789', 'notPhone', null],
    ['790012345678', 'noCountryCode', null],
    ['12', 'notPhone', null],
    ['+', 'notPhone', null],
    ["'", 'notPhone', null],
    ['', 'notPhone', null],
  ])('%j', (text, read, api) => {
    const reading = readPhone(text);
    expect(reading.kind === 'phone' ? reading.phone : reading.kind).toBe(read);
    expect(readApiPhone(text)).toBe(api);
  });
});

describe('a cell of a list', () => {
  it.each([
    [anna, anna],
    ['8 900 123-45-67', anna],
    ['9001234567', anna],
    ['9001234567, то есть 79001234567', anna],
    [`Анна ${anna}, доб. 5`, anna],
    ['Анна, 900 123-45-67 доб. 5', anna],
    ['\u202d900\u00ad123‑45‑67\u202c', anna],
    ['9001234567.0', anna],
    // The list would be sent to this phone, though its digits are not adjacent in the cell.
    ['+44 (0)20 7946 0958', london],
    ['+٧٩٠٠١٢٣٤٥٦٧', anna],
    // Earlier versions sent these lists abroad, and their rows may still be stored.
    ['9161234567', '+9161234567'],
    ['375 29 123 45 67', '+375291234567'],
    ['81079001234567', '+8179001234567'],
    // A shorter number counts only when it is alone in its cell.
    ['+3112345', '+3112345'],
  ])('%j names %s', (cell, phone) => {
    expect(cellNamesPhone(cell, phone)).toBe(true);
  });

  it.each([
    ['', anna],
    ['Анна', anna],
    ['8 900 123-45-68', anna],
    ['900123456', anna],
    ['заказ 190012345678', anna],
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
        const phone = phoneOrNull(cell);
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
