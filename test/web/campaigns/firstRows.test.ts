/** The form shows the columns and examples for the head that a person is about to choose. */
import { expect, it } from 'vitest';
import { clientCells, headersWith } from '../../../web/campaigns/firstRows.ts';

const rows = [['Отчёт'], ['Телефон', 'Имя'], ['+79990000001', 'Мария'], ['+79990000002', 'Пётр']].map(
  (cells, index) => ({ index, row: index + 1, cells, phone: null }),
);
const list = { headers: ['Телефон', 'Имя', ''], head: { rows: 2, isAsked: false } };

it('names the columns by the chosen row, one name for each column', () => {
  expect([null, 2, 1, 3, 0].map((headRows) => headersWith(list, rows, headRows))).toEqual([
    list.headers,
    list.headers,
    ['Отчёт', '', ''],
    ['+79990000001', 'Мария', ''],
    ['', '', ''],
  ]);
});

it('shows the rows below the head as clients', () => {
  const names = (headRows: number | null, about = list) =>
    clientCells(about, rows, headRows).map((cells) => cells[0]);
  expect(names(null)).toEqual(['+79990000001', '+79990000002']);
  expect(names(0)).toEqual(['Отчёт', 'Телефон', '+79990000001']);
  expect(names(null, { ...list, head: null } as never)).toEqual(['Отчёт', 'Телефон', '+79990000001']);
});
