/** Shares in the table of templates never overstate or understate. */
import { expect, it } from 'vitest';
import { shareText } from '../../../web/deliveryReports/share.ts';

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

it.each([
  [0, 100, ''],
  [3, 0, ''],
  // Read in the period, but sent before it.
  [5, 4, ''],
  [4, 4, '100 %'],
  [62, 100, '62 %'],
  [15, 1_000, '1,5 %'],
  [1, 100_000, '< 0,1 %'],
  [99_999, 100_000, '99,9 %'],
])('of %i in %i is %j', (part, whole, text) => {
  expect(plain(shareText(part, whole, 'ru-RU'))).toBe(text);
});
