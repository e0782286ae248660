import { describe, expect, it } from 'vitest';
import { templateProblems } from '../../shared/templates/problems.ts';
import { renderTemplate } from '../../shared/templates/render.ts';
import { textLength } from '../../shared/templates/textLength.ts';
import { contentWith, text } from '../shared/templates/samples.ts';

const LIMIT = 2048;

describe('N8 a message has at most 2048 characters', () => {
  it('accepts 2048 after filling, ad and blank line included, and refuses one more with both numbers', () => {
    const fixed = 'Итог: ';
    const ad = 'Реклама';
    const room = LIMIT - fixed.length - 2 - ad.length;
    const content = contentWith({ body: `${fixed}{rest}`, adText: ad, variables: [text('rest', LIMIT)] });
    expect(renderTemplate(content, { rest: 'я'.repeat(room) })).toMatchObject({
      kind: 'rendered',
      textChars: LIMIT,
    });
    expect(renderTemplate(content, { rest: 'я'.repeat(room + 1) })).toEqual({
      kind: 'refused',
      problems: [{ code: 'textTooLong', limit: LIMIT, actual: LIMIT + 1 }],
    });
  });

  it('counts an emoji outside the basic plane as one', () => {
    const content = contentWith({ body: 'Ура {rest}', variables: [text('rest', LIMIT)] });
    expect(renderTemplate(content, { rest: '🎉'.repeat(LIMIT - 4) })).toMatchObject({
      kind: 'rendered',
      textChars: LIMIT,
    });
    expect(renderTemplate(content, { rest: '🎉'.repeat(LIMIT - 3) }).kind).toBe('refused');
  });

  it('refuses a template whose fixed text alone is too long', () => {
    const fits = contentWith({ body: 'я'.repeat(LIMIT), variables: [] });
    expect(templateProblems(fits)).toEqual([]);
    const withAd = contentWith({
      body: `${'я'.repeat(LIMIT - 5)}{a}`,
      adText: 'рекл',
      variables: [text('a')],
    });
    expect(templateProblems(withAd)).toEqual([
      { code: 'fixedTextTooLong', field: 'body', limit: LIMIT, actual: LIMIT + 1 },
    ]);
  });

  it('shows the longest possible text: each variable at its limit, as often as it occurs', () => {
    const content = contentWith({
      body: 'Заказ {a}, повторяем: {a}',
      adText: 'Код {b}',
      variables: [text('a', 10), text('b', 4)],
    });
    expect(textLength(content)).toEqual({ fixedChars: 25, longestChars: 49 });
    const longest = renderTemplate(content, { a: 'x'.repeat(10), b: 'y'.repeat(4) });
    expect(longest).toMatchObject({ textChars: 49 });
  });
});
