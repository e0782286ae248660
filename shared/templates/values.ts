/** Validates a variable's value by the variable's type. A value is shown as given, never reformatted. */
import { z } from 'zod';
import type { TemplateVariable, VariableType } from '../schemas/template.ts';
import { hasBrokenCharacter, isBlank } from '../unseen.ts';
import { codePoints } from './text.ts';

export type ValueProblem =
  | { code: 'variableTooLong'; variable: string; limit: number; actual: number }
  | { code: 'variableWrongType'; variable: string; type: VariableType };

/** A value as text; JSON senders may also pass a number. */
export type VariableValue = string | number;

export function valueProblem(variable: TemplateVariable, value: string): ValueProblem | null {
  const actual = codePoints(value);
  if (actual > variable.maxLength)
    return { code: 'variableTooLong', variable: variable.name, limit: variable.maxLength, actual };
  if (!isOfType[variable.type](value))
    return { code: 'variableWrongType', variable: variable.name, type: variable.type };
  return null;
}

const isOfType: Record<VariableType, (value: string) => boolean> = {
  // Blank counts as missing.
  text: (value) => !isBlank(value) && !hasBrokenCharacter(value),
  // As people write it: a sign, groups separated by spaces, a comma or a point.
  number: (value) => /^[-+−]?(\d+|\d{1,3}([ \u00a0\u202f]\d{3})+)([.,]\d+)?$/.test(value),
  date: isDate,
  time: (value) => /^([01]\d|2[0-3]):[0-5]\d$/.test(value),
  link: (value) => isHttpsLink(value),
};

function isDate(value: string): boolean {
  const local = /^(\d{2})\.(\d{2})\.(\d{4})$/.exec(value);
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value);
  const [year, month, day] = local ? [local[3], local[2], local[1]] : iso ? iso.slice(1) : [];
  if (!year || !month || !day) return false;
  const at = new Date(`${year}-${month}-${day}T00:00:00Z`);
  // `Date` turns 31 February into March; a real date keeps its day.
  return !Number.isNaN(at.getTime()) && at.getUTCDate() === Number(day);
}

const httpsAddress = z.url({ protocol: /^https$/ });

/** An absolute https address without a password, and without parts that only look like a host. */
export function isHttpsLink(value: string): boolean {
  // Browsers read a backslash as a slash, and the text before `@` is not the host.
  if (!/^https:\/\/[^\s/?#\\@]+([/?#][^\s\\]*)?$/i.test(value)) return false;
  return !/\p{Cc}/u.test(value) && !hasBrokenCharacter(value) && httpsAddress.safeParse(value).success;
}
