/**
 * Error messages about a request's shape, for people: in one language each, without the names that a schema has for
 * its types and patterns.
 */
import type { z } from 'zod';
import { v1Limits } from '../../../shared/v1/messages.ts';

interface Texts {
  ru: string;
  en: string;
}
type RawIssue = Parameters<z.core.$ZodErrorMap>[0];

const types: Record<string, Texts> = {
  string: { ru: 'текст', en: 'text' },
  number: { ru: 'число', en: 'a number' },
  int: { ru: 'целое число', en: 'an integer' },
  boolean: { ru: 'true или false', en: 'true or false' },
  array: { ru: 'список', en: 'a list' },
  object: { ru: 'объект', en: 'an object' },
  record: { ru: 'объект', en: 'an object' },
};

/** Texts that must have a certain format, by field. */
const written: Record<string, Texts> = {
  clientMessageId: {
    ru: `от 1 до ${v1Limits.clientMessageIdChars} видимых символов ASCII`,
    en: `from 1 to ${v1Limits.clientMessageIdChars} visible ASCII characters`,
  },
  cursor: {
    ru: 'это не nextCursor предыдущей страницы',
    en: 'this is not the nextCursor of the previous page',
  },
};
const time: Texts = {
  ru: 'нужно время в формате 2026-01-31T12:00:00+03:00',
  en: 'must be a time in the format 2026-01-31T12:00:00+03:00',
};
const other: Texts = { ru: 'значение неверного формата', en: 'the value has the wrong format' };

/** Gives zod the error messages in one language. */
export function shapeMessages(language: keyof Texts): z.core.$ZodErrorMap {
  return (issue) => textsOf(issue)[language];
}

function textsOf(issue: RawIssue): Texts {
  switch (issue.code) {
    case 'invalid_type': {
      if (issue.input === undefined)
        return { ru: 'обязательное поле не заполнено', en: 'this field is required' };
      const type = types[issue.expected];
      return type ? { ru: `ожидается ${type.ru}`, en: `must be ${type.en}` } : other;
    }
    case 'too_big':
      return amount(issue.origin, Number(issue.maximum), { ru: 'не больше', en: 'at most' });
    case 'too_small':
      return amount(issue.origin, Number(issue.minimum), { ru: 'не меньше', en: 'at least' });
    case 'invalid_value': {
      const values = issue.values.map((value) => JSON.stringify(value)).join(', ');
      return { ru: `допустимые значения: ${values}`, en: `must be one of: ${values}` };
    }
    case 'unrecognized_keys':
      return { ru: 'такого поля нет', en: 'no such field' };
    case 'invalid_format':
      return issue.format === 'datetime' ? time : (written[String(issue.path?.at(-1))] ?? other);
    case 'custom':
      return issue.params?.isRepeat ? { ru: 'значение указано дважды', en: 'a value is repeated' } : other;
    default:
      return other;
  }
}

function amount(origin: string, limit: number, { ru, en }: Texts): Texts {
  switch (origin) {
    case 'array':
      return { ru: `элементов должно быть ${ru} ${limit}`, en: `the number of items must be ${en} ${limit}` };
    case 'string':
      return {
        ru: `символов должно быть ${ru} ${limit}`,
        en: `the number of characters must be ${en} ${limit}`,
      };
    default:
      return { ru: `должно быть ${ru} ${limit}`, en: `must be ${en} ${limit}` };
  }
}
