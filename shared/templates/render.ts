/**
 * Fills a template's version with values. The server uses it when sending and the web in the preview: both count
 * the same. It returns every problem, not only the first.
 */
import type { TemplateButton, TemplateContent } from '../schemas/template.ts';
import { isBlank } from '../unseen.ts';
import { templateLimits } from './limits.ts';
import { fillLink } from './link.ts';
import { codePoints, fillParts, joinedText, type TextPart, textParts } from './text.ts';
import { type ValueProblem, type VariableValue, valueProblem } from './values.ts';

export type RenderProblem =
  | ValueProblem
  | { code: 'variableMissing'; variable: string }
  | { code: 'variableUnknown'; variable: string }
  | { code: 'textTooLong'; limit: number; actual: number }
  | { code: 'linkTooLong'; buttonId: string; limit: number; actual: number }
  | { code: 'linkNotHttps'; buttonId: string };

export interface Rendered {
  kind: 'rendered';
  text: string;
  textChars: number;
  /** Buttons with their links filled in. */
  buttons: TemplateButton[];
  /** The value of every variable as text, as used in the message. */
  values: Record<string, string>;
}
export type RenderOutcome = Rendered | { kind: 'refused'; problems: RenderProblem[] };

type Renderable = Pick<TemplateContent, 'body' | 'adText' | 'variables' | 'buttons'>;

/** A template parsed once, to be filled for many clients. */
export type PreparedTemplate = (given: Readonly<Record<string, VariableValue>>) => RenderOutcome;

export function renderTemplate(
  version: Renderable,
  given: Readonly<Record<string, VariableValue>>,
): RenderOutcome {
  return prepareTemplate(version)(given);
}

export function prepareTemplate(version: Renderable): PreparedTemplate {
  const parts = textParts(joinedText(version));
  const known = new Set(version.variables.map(({ name }) => name));
  return (given) => render(version, parts, checkValues(version, known, given));
}

function render(version: Renderable, parts: readonly TextPart[], checked: CheckedValues): RenderOutcome {
  const { values, problems } = checked;
  if (problems.length > 0) return { kind: 'refused', problems };

  const valueFor = (name: string) => values[name] ?? '';
  const text = fillParts(parts, valueFor);
  const textChars = codePoints(text);
  if (textChars > templateLimits.textChars)
    problems.push({ code: 'textTooLong', limit: templateLimits.textChars, actual: textChars });

  const buttons = version.buttons.map((button): TemplateButton => {
    if (button.kind === 'text') return button;
    const filled = fillLink(button.url, version.variables, valueFor);
    if (filled.kind === 'filled') return { ...button, url: filled.url };
    problems.push({ ...filled.problem, buttonId: button.id });
    return button;
  });
  return problems.length > 0
    ? { kind: 'refused', problems }
    : { kind: 'rendered', text, textChars, buttons, values };
}

interface CheckedValues {
  values: Record<string, string>;
  problems: RenderProblem[];
}

function checkValues(
  version: Renderable,
  known: ReadonlySet<string>,
  given: Readonly<Record<string, VariableValue>>,
): CheckedValues {
  const problems: RenderProblem[] = [];
  // Without a prototype: a variable may be called `constructor`.
  const values: Record<string, string> = Object.create(null);
  for (const variable of version.variables) {
    const raw = Object.hasOwn(given, variable.name) ? given[variable.name] : undefined;
    const value = raw === undefined || raw === null ? '' : String(raw).replace(/\r\n?/g, '\n');
    if (isBlank(value)) {
      problems.push({ code: 'variableMissing', variable: variable.name });
      continue;
    }
    const problem = valueProblem(variable, value);
    if (problem) problems.push(problem);
    else values[variable.name] = value;
  }
  for (const name of Object.keys(given))
    if (!known.has(name)) problems.push({ code: 'variableUnknown', variable: name });
  return { values: { ...values }, problems };
}

/** The declared examples of the variables, for a preview. */
export function exampleValues({ variables }: Pick<TemplateContent, 'variables'>): Record<string, string> {
  return Object.fromEntries(variables.map(({ name, example }) => [name, example]));
}
