import { describe, expect, it } from 'vitest';
import { shareText, spanText } from '../../../web/reports/figureText.ts';
import { toReportQuery } from '../../../web/reports/reportParams.ts';
import { csvOf } from '../../../web/ui/csvFile.ts';

const plain = (text: string) => text.replace(/\s/g, ' ');

describe('figures in words', () => {
  it.each([
    [null, '–'],
    [0, '0 с'],
    [40_400, '40 с'],
    [59_600, '1 мин'],
    [12 * 60_000, '12 мин'],
    [59.7 * 60_000, '1 ч'],
    [200 * 60_000, '3 ч 20 мин'],
    [40 * 3_600_000, '40 ч'],
  ])('say %s ms of working time as %s', (ms, text) => {
    expect(plain(spanText(ms, 'ru-RU'))).toBe(text);
  });

  it('have no share of nothing', () => {
    expect(shareText(0, 0, 'ru-RU')).toBe('–');
    expect(shareText(1, null, 'ru-RU')).toBe('–');
    expect(plain(shareText(1, 3, 'ru-RU'))).toBe('33 %');
  });
});

describe('the period of a report', () => {
  const now = new Date(2026, 10, 30, 1, 0);
  it('is the last thirty days until somebody chooses another', () => {
    expect(toReportQuery({}, now)).toEqual({ from: '2026-11-01', to: '2026-11-30' });
    expect(toReportQuery({ to: '2026-03-31' }, now)).toEqual({ from: '2026-03-02', to: '2026-03-31' });
  });

  it('asks for one person, label or template only', () => {
    expect(toReportQuery({ person: 'a'.repeat(24), label: 'возврат' }, now)).toMatchObject({
      personId: 'a'.repeat(24),
    });
    expect(toReportQuery({ person: 'a'.repeat(24), label: 'возврат' }, now)).not.toHaveProperty('label');
  });
});

it('a saved table is read by spreadsheets, and a label that looks like a formula is text', () => {
  expect(
    csvOf(
      [
        ['Метка', 'Ответы'],
        ['=1+1', '2'],
      ],
      'ru',
    ),
  ).toBe('\uFEFF"Метка";"Ответы"\r\n"\'=1+1";"2"\r\n');
});
