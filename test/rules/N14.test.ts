import { describe, expect, it } from 'vitest';
import type { TemplateButton } from '../../shared/schemas/template.ts';
import { templateProblems } from '../../shared/templates/problems.ts';
import { answer, contentWith, link } from '../shared/templates/samples.ts';

const buttons = (kinds: string): TemplateButton[] =>
  [...kinds].map((kind, index) =>
    kind === 't' ? answer(`b${index}`) : link(`b${index}`, 'https://shop.example/orders'),
  );

describe('N14 a template has up to 6 buttons in any combination', () => {
  it.each(['', 't', 'l', 'tttttt', 'llllll', 'tltltl', 'lltttl'])('accepts %s', (kinds) => {
    expect(templateProblems(contentWith({ buttons: buttons(kinds) }))).toEqual([]);
  });

  it.each(['ttttttt', 'tltltlt'])('refuses the seventh: %s', (kinds) => {
    expect(templateProblems(contentWith({ buttons: buttons(kinds) }))).toEqual([
      { code: 'tooManyButtons', field: 'buttons', limit: 6, actual: 7 },
    ]);
  });
});
