import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textDiff } from '../../../web/templates/textDiff.ts';

describe('the changes between two texts', () => {
  it('are shown by whole words', () => {
    expect(textDiff('Заказ готов, ждём вас завтра', 'Заказ {number} готов, ждём завтра')).toEqual([
      { kind: 'same', text: 'Заказ ' },
      { kind: 'added', text: '{number} ' },
      { kind: 'same', text: 'готов, ждём ' },
      { kind: 'removed', text: 'вас ' },
      { kind: 'same', text: 'завтра' },
    ]);
  });

  it('keep a changed sentence together, although its spaces are the same', () => {
    expect(textDiff('до пятницы в магазине', 'ждём вас здесь').map(({ kind }) => kind)).toEqual([
      'removed',
      'added',
    ]);
  });

  it('are empty when nothing changed', () => {
    expect(textDiff('Заказ готов', 'Заказ готов')).toEqual([{ kind: 'same', text: 'Заказ готов' }]);
  });

  it('always contain both texts completely', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', ' ', '\n'), { maxLength: 60 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const parts = textDiff(before, after);
        const without = (kind: 'added' | 'removed') =>
          parts
            .filter((part) => part.kind !== kind)
            .map((part) => part.text)
            .join('');
        expect(without('added')).toBe(before);
        expect(without('removed')).toBe(after);
      }),
    );
  });
});
