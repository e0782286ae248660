import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { templateProblems } from '../../shared/templates/problems.ts';
import { renderTemplate } from '../../shared/templates/render.ts';
import { answer, contentWith, link, text } from '../shared/templates/samples.ts';

const withLink = (url: string, type: 'text' | 'link' = 'text') =>
  contentWith({
    body: 'Заказ {a} в пути',
    variables: [{ ...text('a', 300), type, example: type === 'link' ? 'https://shop.example' : 'пример' }],
    buttons: [link('open', url)],
  });
const problemsOf = (url: string, type: 'text' | 'link' = 'text') =>
  templateProblems(withLink(url, type)).map(({ code, field }) => `${field}: ${code}`);
const filled = (url: string, a: string, type: 'text' | 'link' = 'text') => {
  const outcome = renderTemplate(withLink(url, type), { a });
  if (outcome.kind === 'refused') return outcome.problems;
  const [button] = outcome.buttons;
  return button?.kind === 'link' ? button.url : null;
};

describe('N21 buttons are text or link buttons', () => {
  it.each([
    'https://shop.example',
    'https://shop.example/o/{a}?from={a}#{a}',
    'https://магазин.рф/заказ/{a}',
  ])('accepts an https link, with or without variables: %s', (url) => {
    expect(problemsOf(url)).toEqual([]);
  });

  it.each([
    'http://shop.example',
    'shop.example',
    'javascript:alert(1)',
    'https://',
    'https://user:secret@shop.example',
    'https://shop.example\\@evil.example',
    'https://shop.example/a b',
    '{a}',
    '',
  ])('refuses what is no https link: %j', (url) => {
    expect(problemsOf(url)).toEqual(['buttons.0.url: linkNotHttps']);
  });

  it.each(['https://{a}.example/', 'https://shop{a}', 'https://shop.example:{a}/', 'https://{a}'])(
    'refuses a variable in the host: %s',
    (url) => {
      expect(problemsOf(url)).toEqual(['buttons.0.url: linkHostVariable']);
    },
  );

  it('fills in variables, percent-encoded', () => {
    expect(filled('https://shop.example/o/{a}?q={a}', 'A 1/2&x=ё')).toBe(
      'https://shop.example/o/A%201%2F2%26x%3D%D1%91?q=A%201%2F2%26x%3D%D1%91',
    );
  });

  it('accepts a whole address from a variable of the type link, and refuses one that is not https', () => {
    expect(problemsOf('{a}', 'link')).toEqual([]);
    expect(filled('{a}', 'https://shop.example/t?x=1', 'link')).toBe('https://shop.example/t?x=1');
    expect(filled('{a}', 'http://shop.example', 'link')).toMatchObject([{ code: 'variableWrongType' }]);
  });

  it('opens the same host over https whatever the values are', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 100, unit: 'binary' }), (a) => {
        const url = filled('https://shop.example/o/{a}?q={a}#{a}', a);
        if (typeof url === 'string')
          expect(new URL(url)).toMatchObject({ protocol: 'https:', host: 'shop.example' });
      }),
    );
  });

  it('refuses a link that is too long once filled in, and names the button', () => {
    const long = `https://shop.example/${'x'.repeat(2_000)}{a}`;
    expect(filled(long, 'ы'.repeat(10))).toEqual([
      { code: 'linkTooLong', buttonId: 'open', limit: 2048, actual: 2_081 },
    ]);
  });

  it('keeps labels within 40 characters, without variables, and never empty', () => {
    const labels = (...texts: string[]) =>
      templateProblems(contentWith({ buttons: texts.map((label, index) => answer(`b${index}`, label)) })).map(
        ({ code, field }) => `${field}: ${code}`,
      );
    expect(labels('🎁'.repeat(40))).toEqual([]);
    expect(labels('🎁'.repeat(41))).toEqual(['buttons.0.label: labelTooLong']);
    expect(labels('Да', ' ')).toEqual(['buttons.1.label: labelEmpty']);
    expect(labels('Заказ {a}')).toEqual(['buttons.0.label: strayBrace']);
  });

  it('refuses a text button where nobody can answer (N2)', () => {
    const content = contentWith({
      direction: 'oneWay',
      buttons: [link('a', 'https://shop.example'), answer('b')],
    });
    expect(templateProblems(content)).toEqual([{ code: 'answerInOneWay', field: 'buttons.1' }]);
  });
});
