import { describe, expect, it } from 'vitest';
import { templateProblems } from '../../shared/templates/problems.ts';
import { renderTemplate } from '../../shared/templates/render.ts';
import { contentWith, orderReady, text, values } from '../shared/templates/samples.ts';

const codes = (content: Parameters<typeof templateProblems>[0]) =>
  templateProblems(content).map(({ code, field }) => `${field}: ${code}`);

describe('N3 an ad only follows a service text', () => {
  it('renders the ad last, after a blank line', () => {
    const content = contentWith({ adText: 'Скидка 10 % на всё.' });
    expect(templateProblems(content)).toEqual([]);
    expect(renderTemplate(content, values)).toMatchObject({
      kind: 'rendered',
      text: 'Заказ A-1001 готов. Ждём вас до 31.12.2026.\n\nСкидка 10 % на всё.',
    });
  });

  it('allows a template without an ad', () => {
    expect(templateProblems(orderReady)).toEqual([]);
    expect(renderTemplate(orderReady, values)).toMatchObject({
      text: 'Заказ A-1001 готов. Ждём вас до 31.12.2026.',
    });
  });

  it('refuses a template that is only an ad', () => {
    expect(codes(contentWith({ body: '', variables: [], adText: 'Скидка 10 % на всё.' }))).toEqual([
      'body: bodyEmpty',
    ]);
  });

  it.each(['{a}', '{a} {b}', ' — {a}!\n{b}… '])('refuses a body made only of variables: %s', (body) => {
    const variables = ['a', 'b'].filter((name) => body.includes(`{${name}}`)).map((name) => text(name));
    expect(codes(contentWith({ body, variables }))).toEqual(['body: bodyOnlyVariables']);
  });

  it.each(['👍', '🎉🎉🎉 !', '…', '❤️'])('refuses a body without words, and says so: %s', (body) => {
    expect(codes(contentWith({ body, variables: [], adText: 'Скидка 10 % на всё.' }))).toEqual([
      'body: bodyWithoutWords',
    ]);
  });

  it('calls a body that nobody sees an empty one', () => {
    expect(codes(contentWith({ body: '\u200B\u2060', variables: [] }))).toEqual(['body: bodyEmpty']);
  });
});
