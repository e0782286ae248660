import fc from 'fast-check';
import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { expect, it } from 'vitest';
import { parsePhone } from '../../../server/phones/phones.ts';

const digits = (count: number) => fc.stringMatching(new RegExp(`^\\d{${count}}$`));

it('takes Russian mobile numbers at sight, and says of them what the library says of every number', () => {
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
      expect(parsePhone(given)).toBe(byLibrary?.isPossible() ? byLibrary.number : null);
    }),
    { numRuns: 500 },
  );
});
