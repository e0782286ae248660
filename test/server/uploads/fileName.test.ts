import { expect, it } from 'vitest';
import { safeFileName } from '../../../server/uploads/fileName.ts';

it.each([
  ['Счёт № 5.pdf', 'Счёт № 5.pdf'],
  ['../../etc/passwd', 'passwd'],
  ['C:\\fakepath\\фото.jpg', 'фото.jpg'],
  ['папка/', 'папка'],
  ['.htaccess', 'htaccess'],
  ['name. . .', 'name'],
  ['one\u0000two\r\n.txt', 'one_two__.txt'],
  ['photo\u202Egpj.exe', 'photogpj.exe'],
  ['a\u200Bb\u2066c\u2069\uFEFF.txt', 'abc.txt'],
  ['what?<is>"this"|*.txt', 'what__is__this___.txt'],
  ['и\u0306.txt', 'й.txt'],
  ['half \uD83D.png', 'half _.png'],
])('turns the name %j into %j', (given, kept) => {
  expect(safeFileName(given)).toBe(kept);
});

it.each(['', '   ', '..', '/', '\u202E', '. .'])('gives a name to a file without one: %j', (given) => {
  expect(safeFileName(given)).toMatch(/^[0-9a-f-]{36}$/);
});

it('cuts a long name between characters and leaves its extension', () => {
  const name = safeFileName(`${'😀'.repeat(300)}.docx`);
  expect([...name]).toHaveLength(200);
  expect(name.endsWith('😀.docx')).toBe(true);
  expect([...safeFileName(`a.${'b'.repeat(300)}`)]).toHaveLength(200);
});
