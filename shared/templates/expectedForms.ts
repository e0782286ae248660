/** How a value of each type is written, for the message of a refusal. */
import type { VariableType } from '../schemas/template.ts';

export const expectedForms: Record<VariableType, { ru: string; en: string }> = {
  text: { ru: 'нужен текст без служебных символов', en: 'text without control characters is expected' },
  number: { ru: 'нужно число, например 1 250,50', en: 'a number is expected, such as 1250.50' },
  date: { ru: 'нужна дата в виде ДД.ММ.ГГГГ', en: 'a date is expected in the form DD.MM.YYYY' },
  time: { ru: 'нужно время в виде ЧЧ:ММ', en: 'a time is expected in the form HH:MM' },
  link: {
    ru: 'нужна ссылка, которая начинается с https://',
    en: 'a link is expected that begins with https://',
  },
};
