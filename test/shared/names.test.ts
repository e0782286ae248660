import { expect, it } from 'vitest';
import { cleanFileName, cleanName } from '../../shared/names.ts';

it.each([
  ['Анна Соколова', 'Анна Соколова'],
  ['Анна\u202Eавонолокос', 'Аннаавонолокос'],
  ['\u200B\u2066Иван\u2069\uFEFF', 'Иван'],
  ['Ива\u00ADн', 'Иван'],
  ['две\r\nстроки\u2028и\u0000ещё', 'две строки и ещё'],
  ['половина \uD83D', 'половина'],
  ['❤️ Мост 10/12', '❤️ Мост 10/12'],
  ['\u3164\u200B', ''],
])('turns the name %j into %j', (given, shown) => {
  expect(cleanName(given)).toBe(shown);
});

it('cuts a name between whole characters', () => {
  expect(cleanName('😀'.repeat(5), 3)).toBe('😀😀😀');
});

it.each([
  ['Договор\u202Efdp.exe', 'Договорfdp.exe'],
  ['счёт 10/12.pdf', 'счёт 10_12.pdf'],
  ['a\u2028b.txt', 'a_b.txt'],
  ['\u202E', ''],
])('turns the file name %j into %j', (given, saved) => {
  expect(cleanFileName(given)).toBe(saved);
});
