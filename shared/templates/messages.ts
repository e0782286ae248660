/** Messages for problems of a template, its values or an image: one text per code and language, with numbers. */
import type { VariableType } from '../schemas/template.ts';
import { expectedForms } from './expectedForms.ts';
import type { ImageProblemCode } from './imageProblems.ts';
import type { TemplateProblemCode } from './problems.ts';
import type { RenderProblem } from './render.ts';

export type ProblemCode = TemplateProblemCode | ImageProblemCode | RenderProblem['code'];

/** The part of a problem that its message needs. */
export interface ToldProblem {
  code: string;
  variable?: string | undefined;
  limit?: number | undefined;
  actual?: number | undefined;
  /** Of the variable whose value has the wrong format. */
  type?: VariableType | undefined;
}

type Messages = { ru: string; en: string };

const messages: Record<ProblemCode, Messages> = {
  bodyEmpty: {
    ru: 'Напишите текст сообщения: рекламу без него отправить нельзя',
    en: 'Write the message text: an ad alone cannot be sent',
  },
  bodyOnlyVariables: {
    ru: 'Текст состоит из одних переменных: напишите, о чём сообщение',
    en: 'The text consists of variables only: write what the message is about',
  },
  bodyWithoutWords: {
    ru: 'В тексте нет ни одного слова: напишите, о чём сообщение',
    en: 'The text has no words: write what the message is about',
  },
  fixedTextTooLong: {
    ru: 'Символов в тексте без переменных: {actual}, можно не больше {limit}',
    en: 'The text without variables has {actual} characters, the limit is {limit}',
  },
  textTooLong: {
    ru: 'Символов в тексте после подстановки: {actual}, можно не больше {limit}',
    en: 'The text with its values has {actual} characters, the limit is {limit}',
  },
  strayBrace: {
    ru: 'Лишняя фигурная скобка: переменная пишется как {orderNumber}',
    en: 'A curly brace is out of place: write a variable as {orderNumber}',
  },
  brokenCharacter: {
    ru: 'В тексте есть символ, который нельзя отобразить',
    en: 'The text has a character that cannot be displayed',
  },
  variableUndeclared: {
    ru: 'Переменная {variable} не описана',
    en: 'The variable {variable} is not described',
  },
  variableUnused: {
    ru: 'Переменная {variable} нигде не используется',
    en: 'The variable {variable} is not used anywhere',
  },
  variableTwice: {
    ru: 'Переменная {variable} описана дважды',
    en: 'The variable {variable} is described twice',
  },
  tooManyVariables: {
    ru: 'Переменных: {actual}, можно не больше {limit}',
    en: 'There are {actual} variables, the limit is {limit}',
  },
  variableMissing: {
    ru: 'Не указано значение переменной {variable}',
    en: 'The variable {variable} has no value',
  },
  variableUnknown: {
    ru: 'В шаблоне нет переменной {variable}',
    en: 'The template has no variable {variable}',
  },
  variableTooLong: {
    ru: 'Символов в значении {variable}: {actual}, можно не больше {limit}',
    en: 'The value of {variable} has {actual} characters, the limit is {limit}',
  },
  variableWrongType: {
    ru: 'Значение {variable} неверного формата: {form}',
    en: 'The value of {variable} has the wrong format: {form}',
  },
  exampleMissing: { ru: 'Укажите пример для {variable}', en: 'Give an example for {variable}' },
  exampleTooLong: {
    ru: 'Символов в примере для {variable}: {actual}, а указано «не длиннее {limit}»',
    en: 'The example for {variable} has {actual} characters, but its maximum length is {limit}',
  },
  exampleWrongType: {
    ru: 'Пример для {variable} неверного формата',
    en: 'The example for {variable} has the wrong format',
  },
  tooManyImages: {
    ru: 'Изображений: {actual}, можно не больше {limit}',
    en: 'There are {actual} images, the limit is {limit}',
  },
  imageMissing: {
    ru: 'Этого изображения нет в системе: загрузите его',
    en: 'The system does not have this image: upload it',
  },
  imageNotJpeg: {
    ru: 'Это не JPEG: принимаются только изображения в формате .jpeg',
    en: 'This is not a JPEG: only .jpeg images are accepted',
  },
  imageBroken: {
    ru: 'Файл повреждён или обрезан: прочитать его как JPEG нельзя',
    en: 'The file is damaged or incomplete: it cannot be read as a JPEG',
  },
  imageTooLarge: {
    ru: 'Размер файла — {actual} байт, можно не больше 50 МБ ({limit} байт)',
    en: 'The file size is {actual} bytes, the limit is 50 MB ({limit} bytes)',
  },
  imageSidesTooLong: {
    ru: 'Сумма высоты и ширины — {actual} пикс., можно не больше {limit}',
    en: 'Height plus width is {actual} pixels, the limit is {limit}',
  },
  imageTooNarrow: {
    ru: 'Соотношение сторон — 1:{actual}, можно не больше 1:{limit}',
    en: 'The aspect ratio is 1:{actual}, the limit is 1:{limit}',
  },
  tooManyButtons: {
    ru: 'Кнопок: {actual}, можно не больше {limit}',
    en: 'There are {actual} buttons, the limit is {limit}',
  },
  buttonTwice: { ru: 'У двух кнопок одинаковый id', en: 'Two buttons have the same id' },
  labelEmpty: { ru: 'На кнопке нет надписи', en: 'The button has no label' },
  labelTooLong: {
    ru: 'Символов в надписи: {actual}, можно не больше {limit}',
    en: 'The label has {actual} characters, the limit is {limit}',
  },
  linkNotHttps: {
    ru: 'Ссылка кнопки должна быть https',
    en: 'The button link must be https',
  },
  linkHostVariable: {
    ru: 'Имя сайта в ссылке не может быть переменной',
    en: 'The host of the link cannot be a variable',
  },
  linkTooLong: {
    ru: 'Символов в ссылке: {actual}, можно не больше {limit}',
    en: 'The link has {actual} characters, the limit is {limit}',
  },
  answerInOneWay: {
    ru: 'На уведомление нельзя ответить, поэтому в нём не может быть текстовых кнопок',
    en: 'A notification cannot be replied to, so it cannot have text buttons',
  },
  networksEmpty: { ru: 'Выберите хотя бы одну соцсеть', en: 'Choose at least one network' },
};

/** An unknown code, from another version, is returned as it is. */
export function problemMessages(problem: ToldProblem, language: 'ru' | 'en'): string {
  const known = Object.hasOwn(messages, problem.code) ? messages[problem.code as ProblemCode] : null;
  if (!known) return problem.code;
  const locale = language === 'ru' ? 'ru-RU' : 'en-GB';
  return known[language].replace(
    /\{(variable|limit|actual|form)\}/g,
    (_, key: 'variable' | 'limit' | 'actual' | 'form') => {
      if (key === 'form') return expectedForms[problem.type ?? 'text'][language];
      const value = problem[key];
      return typeof value === 'number' ? value.toLocaleString(locale) : (value ?? '');
    },
  );
}
