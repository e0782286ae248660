import { describe, expect, it } from 'vitest';
import { templateContent } from '../../../shared/schemas/template.ts';
import { imageProblemCodes } from '../../../shared/templates/imageProblems.ts';
import { problemMessages } from '../../../shared/templates/messages.ts';
import { templateProblemCodes, templateProblems } from '../../../shared/templates/problems.ts';
import { answer, contentWith, orderReady, text } from './samples.ts';

const problemsIn = (change: Parameters<typeof contentWith>[0]) =>
  templateProblems(contentWith(change)).map(
    ({ code, field, variable }) => `${field}: ${code}${variable ? ` ${variable}` : ''}`,
  );

describe('problems of a template', () => {
  it('name every variable that does not match the texts', () => {
    expect(
      problemsIn({
        body: 'Заказ {orderNumber} у {courier}',
        variables: [text('orderNumber'), text('orderNumber'), text('colour')],
      }),
    ).toEqual([
      'body: variableUndeclared courier',
      'variables.1.name: variableTwice orderNumber',
      'variables.2.name: variableUnused colour',
    ]);
  });

  it('name an example that is missing, too long or of another type', () => {
    const body = 'Дата {a}, {b} и {c}';
    const variable = (name: string, example: string, maxLength = 10) =>
      ({ name, type: 'date', maxLength, example }) as const;
    expect(
      problemsIn({
        body,
        variables: [variable('a', ''), variable('b', 'завтра'), variable('c', '31.12.2026', 8)],
      }),
    ).toEqual([
      'variables.0.example: exampleMissing a',
      'variables.1.example: exampleWrongType b',
      'variables.2.example: exampleTooLong c',
    ]);
  });

  it('name braces that are not part of a variable', () => {
    expect(problemsIn({ body: `${orderReady.body} {Name} и { name }` })).toEqual(['body: strayBrace']);
  });

  it.each(['\ud83d', '\udc4d', '\ufffd', '\u0000', '\uffff'])(
    'name a character that nobody can read: %j',
    (broken) => {
      expect(
        problemsIn({
          body: `${orderReady.body}${broken}`,
          adText: `Реклама${broken}`,
          buttons: [answer('a', `Да${broken}`)],
        }),
      ).toEqual(['body: brokenCharacter', 'adText: brokenCharacter', 'buttons.0.label: brokenCharacter']);
    },
  );

  it('name a label that nobody sees', () => {
    expect(problemsIn({ buttons: [answer('a', '\u200B')] })).toEqual(['buttons.0.label: labelEmpty']);
  });

  it('name a missing network and two buttons with one id', () => {
    expect(problemsIn({ networks: [], buttons: [answer('a'), answer('a')] })).toEqual([
      'buttons.1: buttonTwice',
      'networks: networksEmpty',
    ]);
  });

  it('have messages in both languages, with the numbers', () => {
    for (const code of [...templateProblemCodes, ...imageProblemCodes])
      for (const language of ['ru', 'en'] as const) {
        const words = problemMessages({ code, variable: 'name', limit: 5, actual: 6 }, language);
        expect(words).not.toBe(code);
        expect(words).not.toMatch(/\{(variable|limit|actual)\}/);
      }
  });
});

describe('a received template', () => {
  it('gets one kind of line ends, trimmed texts, and null instead of an empty ad', () => {
    expect(templateContent.parse({ ...orderReady, body: '  a\r\nb\rc \n', adText: ' ' })).toMatchObject({
      body: 'a\nb\nc',
      adText: null,
    });
  });
});
