import { describe, expect, it } from 'vitest';
import type { CannedAnswerView } from '../../../shared/schemas/cannedAnswer.ts';
import { createCannedIndex } from '../../../web/cannedAnswers/matchCanned.ts';
import { hexId } from '../support/samples.ts';

const answer = (name: string, text: string, more: Partial<CannedAnswerView> = {}): CannedAnswerView => ({
  id: hexId(name.length),
  isShared: true,
  folder: '',
  name,
  text,
  uses: 0,
  changedAt: '2026-01-01T09:00:00.000Z',
  version: 0,
  ...more,
});

const index = createCannedIndex(
  [
    answer('Сроки доставки', 'Привезём завтра', { uses: 1 }),
    answer('Возврат денег', 'Деньги придут за три дня', { folder: 'Оплата', uses: 7 }),
    answer('Чёрный список', 'Мы разблокировали вас. Доставку можно заказать снова'),
    answer('Refunds', 'The money comes in 3 days'),
  ],
  (text) => text,
);
const names = (query: string) => index.find(query).map(({ name }) => name);

describe('canned answers are found', () => {
  it.each([
    ['a word in another form', 'доставка', ['Сроки доставки', 'Чёрный список']],
    ['the beginning of a word', 'возв', ['Возврат денег']],
    ['words in any order, of name and text', 'деньгами возвраты', ['Возврат денег']],
    ['a word of the folder', 'оплату', ['Возврат денег']],
    ['ё as е', 'черный', ['Чёрный список']],
    ['the other keyboard layout', 'ljcnfdrf', ['Сроки доставки', 'Чёрный список']],
    ['the other layout, with letters on the keys of punctuation', 'hfp,kjrb', ['Чёрный список']],
    ['the other layout the other way round', 'куагтв', ['Refunds']],
    ['English forms', 'refunded', ['Refunds']],
    ['a number', '3', ['Refunds']],
  ])('by %s', (_how, query, expected) => {
    expect(names(query)).toEqual(expected);
  });

  it('only when every word is there', () => {
    expect(names('доставка деньги')).toEqual([]);
  });

  it('all of them for an empty query, the most used first', () => {
    expect(names(' ')).toEqual(['Возврат денег', 'Сроки доставки', 'Чёрный список', 'Refunds']);
  });

  it('within a moment among as many as a company may have', () => {
    const many = createCannedIndex(
      Array.from({ length: 1_300 }, (_, at) =>
        answer(`Ответ ${at}`, 'Здравствуйте, доставка завтра. '.repeat(20)),
      ),
      (text) => text,
    );
    many.find('разогрев');
    const startedAt = performance.now();
    expect(many.find('доставка')).toHaveLength(1_300);
    // A few milliseconds in fact; the bound allows for a busy machine.
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});
