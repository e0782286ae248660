/** Checks a request's parts against their schemas. A problem gets its own code where the rules have one. */
import type { z } from 'zod';
import type { V1Refusal } from '../../../shared/v1/errorCodes.ts';
import { v1Limits } from '../../../shared/v1/messages.ts';
import { protoKeyPath } from '../protoKey.ts';
import { shapeMessages } from './shapeMessages.ts';
import { V1Error } from './v1Error.ts';

/** N20, at most one image: field names that callers are likely to use to send a single image. */
const IMAGE_FIELD = /^(images?|photos?|pictures?|attachments?|media|files?)(_?(ids?|urls?))?$/i;

const russian = shapeMessages('ru');
const english = shapeMessages('en');

export type Checked<T> = { kind: 'right'; value: T } | { kind: 'wrong'; refusal: V1Refusal };

export function check<S extends z.ZodType>(schema: S, value: unknown): Checked<z.output<S>> {
  const proto = protoKeyPath(value);
  if (proto) return { kind: 'wrong', refusal: protoRefusal(proto) };
  const checked = schema.safeParse(value, { error: english });
  if (checked.success) return { kind: 'right', value: checked.data };
  const issue = checked.error.issues[0];
  if (!issue) throw new Error('A schema refused a value and named no issue');
  const fields = [...issue.path, ...(issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [])];
  const field = fields.map(String).join('.');
  const special = specialRefusal(issue, field);
  if (special) return { kind: 'wrong', refusal: special };
  const inRussian = schema.safeParse(value, { error: russian }).error?.issues[0]?.message ?? issue.message;
  const named = (text: string) => (field ? `${field}: ${text}` : text);
  return {
    kind: 'wrong',
    refusal: {
      code: 'badRequest',
      ...(field && { field }),
      problem: { ru: named(inRussian), en: named(issue.message) },
    },
  };
}

function protoRefusal(path: string[]): V1Refusal {
  const field = path.join('.');
  const variable = '__proto__';
  if (path.length === 2 && path[0] === 'variables')
    return { code: 'variableUnknown', field, details: { variable } };
  const problem = { ru: `${field}: такого поля нет`, en: `${field}: no such field` };
  return { code: 'badRequest', field, problem };
}

/** @throws V1Error */
export function checkOrRefuse<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const checked = check(schema, value);
  if (checked.kind === 'wrong') throw new V1Error(checked.refusal);
  return checked.value;
}

const notText = { ru: 'нужна строка', en: 'a string is expected' };

function specialRefusal(issue: z.core.$ZodIssue, field: string): V1Refusal | null {
  const [first, second] = issue.path;
  if (issue.code === 'unrecognized_keys') {
    const image = issue.path.length === 0 ? issue.keys.find((key) => IMAGE_FIELD.test(key)) : undefined;
    return image ? { code: 'imagesNotAllowed', field: image, details: { fieldName: image } } : null;
  }
  if (issue.path.length === 1 && first === 'phone') return { code: 'phoneInvalid', field };
  if (first === 'ttlSeconds' && (issue.code === 'too_small' || issue.code === 'too_big')) {
    const { ttlSecondsMin: min, ttlSecondsMax: max } = v1Limits;
    return { code: 'ttlOutOfRange', field, details: { min, max } };
  }
  if (first === 'variables' && typeof second === 'string') {
    if (issue.code === 'invalid_key')
      return { code: 'variableUnknown', field, details: { variable: second } };
    if (issue.code === 'too_big')
      return { code: 'variableTooLong', field, details: { variable: second, limit: v1Limits.variableChars } };
    return { code: 'variableInvalid', field, details: { variable: second }, problem: notText };
  }
  if (first === 'statusUrl')
    return {
      code: 'statusUrlRefused',
      field,
      problem: { ru: 'это не адрес http(s)', en: 'this is not an http(s) URL' },
    };
  return null;
}
