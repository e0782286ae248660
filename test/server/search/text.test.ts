/** How texts become tokens and terms, how marks are found, and which corrections are offered. */
import { describe, expect, it } from 'vitest';
import { isOneAway } from '../../../server/search/find/corrections.ts';
import { excerptAround, findMarks } from '../../../server/search/find/marks.ts';
import { parseQuery } from '../../../server/search/find/parseQuery.ts';
import { searchedTail, tailTermsOf } from '../../../server/search/text/phoneTails.ts';
import { phonesIn, tokensOf } from '../../../server/search/text/tokens.ts';
import { onOtherLayout } from '../../../shared/words/keyboardLayout.ts';
import { normalise } from '../../../shared/words/normalise.ts';

const sealing = { blindIndex: (value: string, purpose: string) => `${purpose}/${value}`.padEnd(20, '.') };

it.each([
  ['Ёлка', 'елка'],
  ['Й и й', 'й и й'],
  ['café', 'cafe'],
  ['ＺＸ１２', 'zx12'],
  ['ﬁnal', 'final'],
])('normalises %s', (text, expected) => {
  expect(normalise(text)).toBe(expected);
});

it.each([
  [
    'Заказ №7 на C++, «срочно»!',
    ['word заказ', 'symbol №', 'number 7', 'word на', 'word c++', 'word срочно'],
  ],
  ['ZX-4512/б', ['word zx', 'number 4512', 'word б']],
  ['👍🏽 ok <<<', ['symbol 👍🏽', 'word ok', 'symbol <<<']],
  ['', []],
  ['. , !', []],
])('reads the tokens of %s', (text, expected) => {
  expect(tokensOf(text).map(({ kind, form }) => `${kind} ${form}`)).toEqual(expected);
});

it.each(['+7 (916) 123-45-67', '8 916 123 45 67', '89161234567', '+7‑916‑123‑45‑67'])(
  'reads %s as one phone',
  (text) => {
    expect(phonesIn(`звоните ${text}, жду`).map(({ form }) => form)).toEqual(['79161234567']);
  },
);

it('takes no phone out of a longer number', () => {
  expect(phonesIn('счёт 40817810099910004312')).toEqual([]);
});

it('finds a phone by each of its ends from four digits on', () => {
  const terms = tailTermsOf(sealing, '+79161234567');
  for (const digits of ['4567', '34567', '9161234567', '79161234567', '89161234567'])
    expect(terms).toContain(searchedTail(sealing, digits));
  expect(searchedTail(sealing, '567')).toBeNull();
});

it.each([
  ['djpdhfn', 'возврат'],
  ['куагтв', 'refund'],
  ['возврат refund', null],
  ['12390', null],
])('reads %s on the other layout as %s', (text, expected) => {
  expect(onOtherLayout(text)).toBe(expected);
});

it.each([
  ['перфоратар', 'перфоратор', true],
  ['перфоратр', 'перфоратор', true],
  ['перфораторр', 'перфоратор', true],
  ['перфоартор', 'перфоратор', true],
  ['перфоратор', 'перфоратор', false],
  ['перфаратар', 'перфоратор', false],
])('%s and %s are one letter apart: %s', (a, b, expected) => {
  expect(isOneAway(a, b)).toBe(expected);
});

describe('a hit', () => {
  const marked = (search: string, texts: string[]) =>
    findMarks(parseQuery(search, sealing), texts)?.map((marks, at) =>
      marks.map(([from, to]) => texts[at]!.slice(from, to)),
    ) ?? null;

  it('is one when every word occurs in one of its texts', () => {
    expect(marked('возврат акт', ['Про возвраты', 'Акт сверки.pdf'])).toEqual([['возвраты'], ['Акт']]);
    expect(marked('возврат акт', ['Про возвраты', 'Договор.pdf'])).toBeNull();
  });

  it('is none any more when the text was edited', () => {
    expect(marked('возврат', ['Про обмен'])).toBeNull();
  });

  it('marks the unfinished last word, and two letters as a beginning', () => {
    expect(marked('про возв', ['Про возвраты'])).toEqual([['Про', 'возвраты']]);
    expect(marked('во', ['Про возвраты'])).toEqual([['возвраты']]);
  });

  it('shows the text around the first mark, with whole characters', () => {
    const text = `${'слово '.repeat(40)}возврат ${'👍'.repeat(200)}`;
    const marks = findMarks(parseQuery('возврат', sealing), [text])![0]!;
    const excerpt = excerptAround(text, marks);
    expect(excerpt.marks.map(([from, to]) => excerpt.text.slice(from, to))).toEqual(['возврат']);
    expect(excerpt.text).toMatch(/^…слово/u);
    expect(excerpt.text).not.toMatch(/\p{Cs}/u);
    expect(excerpt.text.length).toBeLessThan(250);
  });
});
