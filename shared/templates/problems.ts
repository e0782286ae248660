/**
 * Problems that keep a template from review: rules N3, N8, N9, N14 and N21, and anything that would make a send fail.
 * Returns every problem at once, each with its field and the numbers that a person needs to fix it.
 */
import type { TemplateContent } from '../schemas/template.ts';
import { hasBrokenCharacter, isBlank } from '../unseen.ts';
import { templateLimits as most } from './limits.ts';
import { linkProblem } from './link.ts';
import { codePoints, fixedTextOf, joinedText, variablesIn } from './text.ts';
import { valueProblem } from './values.ts';

export const templateProblemCodes = [
  'bodyEmpty',
  'bodyOnlyVariables',
  'bodyWithoutWords', // of emoji or punctuation alone
  'fixedTextTooLong',
  'strayBrace',
  'brokenCharacter',
  'variableUndeclared',
  'variableUnused',
  'variableTwice',
  'tooManyVariables',
  'exampleMissing',
  'exampleTooLong',
  'exampleWrongType',
  'tooManyImages',
  'imageMissing',
  'tooManyButtons',
  'buttonTwice',
  'labelEmpty',
  'labelTooLong',
  'linkNotHttps',
  'linkHostVariable',
  'linkTooLong',
  'answerInOneWay',
  'networksEmpty',
] as const;
export type TemplateProblemCode = (typeof templateProblemCodes)[number];

export interface TemplateProblem {
  code: TemplateProblemCode;
  /** Dotted path in the content: `body`, `buttons.2.url`. */
  field: string;
  variable?: string;
  limit?: number;
  actual?: number;
}

/** @param isImageKnown whether the server has an image of this id; when omitted, images are only counted. */
export function templateProblems(
  content: TemplateContent,
  isImageKnown?: (imageId: string) => boolean,
): TemplateProblem[] {
  return [
    ...bodyProblems(content),
    ...textProblems(content),
    ...variableProblems(content),
    ...imageProblems(content, isImageKnown),
    ...buttonProblems(content),
    ...(content.networks.length === 0 ? [{ code: 'networksEmpty', field: 'networks' } as const] : []),
  ];
}

/** N3, the service text: it exists and has words besides variables; an ad alone is no service message. */
function bodyProblems({ body, adText }: TemplateContent): TemplateProblem[] {
  const problems: TemplateProblem[] = [];
  if (isBlank(body)) problems.push({ code: 'bodyEmpty', field: 'body' });
  else if (!/[\p{L}\p{N}]/u.test(fixedTextOf(body)))
    problems.push({
      code: variablesIn(body).length > 0 ? 'bodyOnlyVariables' : 'bodyWithoutWords',
      field: 'body',
    });
  const actual = codePoints(fixedTextOf(joinedText({ body, adText })));
  if (actual > most.textChars)
    problems.push({ code: 'fixedTextTooLong', field: 'body', limit: most.textChars, actual });
  return problems;
}

/** Every text with the path of its field. */
function textFields({ body, adText, buttons }: TemplateContent): { field: string; text: string }[] {
  return [
    { field: 'body', text: body },
    ...(adText === null ? [] : [{ field: 'adText', text: adText }]),
    ...buttons.flatMap((button, index) =>
      button.kind === 'link' ? [{ field: `buttons.${index}.url`, text: button.url }] : [],
    ),
  ];
}

function textProblems(content: TemplateContent): TemplateProblem[] {
  const labels = content.buttons.map(({ label }, index) => ({
    field: `buttons.${index}.label`,
    text: label,
  }));
  return [
    ...textFields(content).map(({ field, text }) => ({ field, fixed: fixedTextOf(text) })),
    // Labels hold no variables, so every brace in them is out of place.
    ...labels.map(({ field, text }) => ({ field, fixed: text })),
  ].flatMap(({ field, fixed }): TemplateProblem[] => [
    ...(/[{}]/.test(fixed) ? [{ code: 'strayBrace', field } as const] : []),
    ...(hasBrokenCharacter(fixed.replaceAll('\t', '')) ? [{ code: 'brokenCharacter', field } as const] : []),
  ]);
}

function variableProblems(content: TemplateContent): TemplateProblem[] {
  const problems: TemplateProblem[] = [];
  const { variables } = content;
  const declared = new Set(variables.map(({ name }) => name));
  const used = new Set<string>();
  for (const { field, text } of textFields(content))
    for (const variable of variablesIn(text)) {
      if (!declared.has(variable) && !used.has(variable))
        problems.push({ code: 'variableUndeclared', field, variable });
      used.add(variable);
    }
  if (variables.length > most.variables)
    problems.push({
      code: 'tooManyVariables',
      field: 'variables',
      limit: most.variables,
      actual: variables.length,
    });
  const seen = new Set<string>();
  variables.forEach((variable, index) => {
    const { name, example, maxLength } = variable;
    const field = `variables.${index}`;
    if (seen.has(name)) problems.push({ code: 'variableTwice', field: `${field}.name`, variable: name });
    seen.add(name);
    if (!used.has(name)) problems.push({ code: 'variableUnused', field: `${field}.name`, variable: name });
    const wrong = valueProblem(variable, example);
    const actual = codePoints(example);
    if (isBlank(example))
      problems.push({ code: 'exampleMissing', field: `${field}.example`, variable: name });
    else if (wrong?.code === 'variableTooLong')
      problems.push({
        code: 'exampleTooLong',
        field: `${field}.example`,
        variable: name,
        limit: maxLength,
        actual,
      });
    else if (wrong) problems.push({ code: 'exampleWrongType', field: `${field}.example`, variable: name });
  });
  return problems;
}

function imageProblems(
  { imageIds }: TemplateContent,
  isImageKnown: (imageId: string) => boolean = () => true,
): TemplateProblem[] {
  return [
    ...(imageIds.length > most.images
      ? [{ code: 'tooManyImages', field: 'imageIds', limit: most.images, actual: imageIds.length } as const]
      : []),
    ...imageIds.flatMap((imageId, index) =>
      isImageKnown(imageId) ? [] : [{ code: 'imageMissing', field: `imageIds.${index}` } as const],
    ),
  ];
}

function buttonProblems({ buttons, variables, direction }: TemplateContent): TemplateProblem[] {
  const problems: TemplateProblem[] = [];
  if (buttons.length > most.buttons)
    problems.push({ code: 'tooManyButtons', field: 'buttons', limit: most.buttons, actual: buttons.length });
  const seen = new Set<string>();
  buttons.forEach((button, index) => {
    const field = `buttons.${index}`;
    if (seen.has(button.id)) problems.push({ code: 'buttonTwice', field });
    seen.add(button.id);
    const actual = codePoints(button.label);
    if (isBlank(button.label)) problems.push({ code: 'labelEmpty', field: `${field}.label` });
    if (actual > most.buttonLabelChars)
      problems.push({ code: 'labelTooLong', field: `${field}.label`, limit: most.buttonLabelChars, actual });
    if (button.kind === 'text') {
      // N2, one-way messages: a client cannot answer them, and a text button is an answer.
      if (direction === 'oneWay') problems.push({ code: 'answerInOneWay', field });
      return;
    }
    const wrong = linkProblem(button.url, variables);
    if (wrong) problems.push({ ...wrong, field: `${field}.url` });
  });
  return problems;
}
