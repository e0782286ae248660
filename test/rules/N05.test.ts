import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderTemplate } from '../../shared/templates/render.ts';
import { contentWith, orderReady, text, values } from '../shared/templates/samples.ts';

const refusedBy = (given: Record<string, string | number>, content = orderReady) => {
  const outcome = renderTemplate(content, given);
  return outcome.kind === 'refused' ? outcome.problems : [];
};

describe('N5 a send names a template and its variables', () => {
  it('is filled from the variables', () => {
    expect(renderTemplate(orderReady, values)).toMatchObject({
      kind: 'rendered',
      text: 'Заказ A-1001 готов. Ждём вас до 31.12.2026.',
      values,
    });
  });

  it('is refused with the names of all missing, unknown and too long variables at once', () => {
    expect(refusedBy({ orderNumber: 'A-1234567890123', colour: 'красный' })).toEqual([
      { code: 'variableTooLong', variable: 'orderNumber', limit: 12, actual: 15 },
      { code: 'variableMissing', variable: 'until' },
      { code: 'variableUnknown', variable: 'colour' },
    ]);
  });

  it.each(['  ', '\u200B', '\u00AD\uFEFF', ' \u2060\n', '\u3164', '\u2800', '\uFE0F'])(
    'treats a value that nobody sees as a missing one: %j',
    (orderNumber) => {
      expect(refusedBy({ ...values, orderNumber })).toEqual([
        { code: 'variableMissing', variable: 'orderNumber' },
      ]);
    },
  );

  it.each([
    ['number', ['0', '12', '-3,5', '1 234 567.89', '+7'], ['', 'семь', '1,2,3', '12 34', '1e5']],
    ['date', ['31.12.2026', '2026-02-28', '29.02.2028'], ['31.02.2026', '2026-2-28', 'завтра', '29.02.2026']],
    ['time', ['00:00', '23:59'], ['24:00', '9:30', '12:60']],
    ['link', ['https://shop.example/a?b=c'], ['http://shop.example', 'javascript:alert(1)', 'https://']],
    ['text', ['две\nстроки', '👩‍👩‍👧'], ['\u0000', 'a\u0007', '\ud83d', 'a\ufffd', '\uffff']],
  ] as const)('validates a value by its type: %s', (type, right, wrong) => {
    const content = contentWith({
      body: 'Значение: {value}',
      variables: [{ name: 'value', type, maxLength: 100, example: '' }],
    });
    for (const value of right)
      expect({ value, problems: refusedBy({ value }, content) }).toEqual({ value, problems: [] });
    for (const value of wrong)
      expect({ value, refused: refusedBy({ value }, content).length }).toEqual({ value, refused: 1 });
  });

  it('counts a value in code points, as the text is counted', () => {
    const content = contentWith({ body: 'Вам: {gift}', variables: [text('gift', 3)] });
    expect(renderTemplate(content, { gift: '🎁🎁🎁' })).toMatchObject({ kind: 'rendered', textChars: 8 });
  });

  it('inserts a value unchanged, whatever it contains', () => {
    const names = fc.constantFrom('a', 'b', 'constructor', 'toString');
    const parts = fc.array(
      fc.oneof(
        fc.string(),
        names.map((name) => `{${name}}`),
      ),
    );
    const content = contentWith({
      body: 'Начало {a}|{b}|{constructor}|{toString}',
      variables: ['a', 'b', 'constructor', 'toString'].map((name) => text(name, 500)),
    });
    fc.assert(
      fc.property(fc.tuple(parts, parts, parts, parts), (all) => {
        const given = all.map((some) => some.join('').slice(0, 500));
        const [a, b, c, d] = given;
        const outcome = renderTemplate(content, { a, b, constructor: c, toString: d } as never);
        if (outcome.kind === 'rendered')
          expect(outcome.text).toBe(`Начало ${given.map((one) => one.replace(/\r\n?/g, '\n')).join('|')}`);
      }),
    );
  });
});
