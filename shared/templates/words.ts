/** What is wrong with a template, a filling or an image, in words with the numbers: one text per code and language. */
import type { ImageProblemCode } from './imageProblems.ts';
import type { TemplateProblemCode } from './problems.ts';
import type { RenderProblem } from './render.ts';

export type ProblemCode = TemplateProblemCode | ImageProblemCode | RenderProblem['code'];

/** As much of a problem as its words need. */
export interface ToldProblem {
  code: string;
  variable?: string | undefined;
  limit?: number | undefined;
  actual?: number | undefined;
}

type Words = { ru: string; en: string };

const words: Record<ProblemCode, Words> = {
  bodyEmpty: {
    ru: 'Нужен текст сообщения: одна реклама без него не отправляется',
    en: 'The service text is missing: an ad alone is not sent',
  },
  bodyOnlyVariables: {
    ru: 'Текст состоит из одних переменных: напишите, о чём сообщение',
    en: 'The text is made of variables alone: write what the message is about',
  },
  fixedTextTooLong: {
    ru: 'Текст без переменных — {actual} символов, можно не больше {limit}',
    en: 'The text without its variables has {actual} characters, at most {limit} are possible',
  },
  textTooLong: {
    ru: 'Заполненный текст — {actual} символов, можно не больше {limit}',
    en: 'The filled text has {actual} characters, at most {limit} are possible',
  },
  strayBrace: {
    ru: 'Фигурная скобка не на месте: переменная пишется как {orderNumber}',
    en: 'A curly brace out of place: a variable is written like {orderNumber}',
  },
  brokenCharacter: {
    ru: 'В тексте есть символ, который нельзя показать',
    en: 'The text has a character that cannot be shown',
  },
  variableUndeclared: {
    ru: 'Переменная {variable} не описана',
    en: 'The variable {variable} is not declared',
  },
  variableUnused: {
    ru: 'Переменная {variable} нигде не используется',
    en: 'The variable {variable} is used nowhere',
  },
  variableTwice: {
    ru: 'Переменная {variable} описана дважды',
    en: 'The variable {variable} is declared twice',
  },
  tooManyVariables: {
    ru: 'Переменных {actual}, можно не больше {limit}',
    en: '{actual} variables, at most {limit} are possible',
  },
  variableMissing: { ru: 'Не задана переменная {variable}', en: 'The variable {variable} is missing' },
  variableUnknown: {
    ru: 'В шаблоне нет переменной {variable}',
    en: 'The template has no variable {variable}',
  },
  variableTooLong: {
    ru: 'Значение {variable} — {actual} символов, можно не больше {limit}',
    en: 'The value of {variable} has {actual} characters, at most {limit} are possible',
  },
  variableWrongType: {
    ru: 'Значение {variable} не подходит по типу',
    en: 'The value of {variable} is not of its type',
  },
  exampleMissing: { ru: 'Дайте пример для {variable}', en: 'Give an example of {variable}' },
  exampleTooLong: {
    ru: 'Пример для {variable} — {actual} символов, а описано не больше {limit}',
    en: 'The example of {variable} has {actual} characters, but at most {limit} are declared',
  },
  exampleWrongType: {
    ru: 'Пример для {variable} не подходит по типу',
    en: 'The example of {variable} is not of its type',
  },
  tooManyImages: {
    ru: 'Изображений {actual}, можно не больше {limit}',
    en: '{actual} images, at most {limit} are possible',
  },
  imageMissing: { ru: 'Изображения нет на этом столе', en: 'The desk does not have this image' },
  imageNotJpeg: {
    ru: 'Это не JPEG: изображения принимаются только в формате .jpeg',
    en: 'This is no JPEG: images are taken in the format .jpeg only',
  },
  imageBroken: {
    ru: 'Файл повреждён или обрезан: как JPEG он не читается',
    en: 'The file is damaged or cut off: it cannot be read as a JPEG',
  },
  imageTooLarge: {
    ru: 'Файл — {actual} байт, можно не больше 50 МБ ({limit} байт)',
    en: 'The file has {actual} bytes, at most 50 MB ({limit} bytes) are possible',
  },
  imageSidesTooLong: {
    ru: 'Высота и ширина в сумме — {actual} пикселей, можно не больше {limit}',
    en: 'Height plus width is {actual} pixels, at most {limit} are possible',
  },
  imageTooNarrow: {
    ru: 'Стороны относятся как 1:{actual}, можно не больше 1:{limit}',
    en: "The sides' ratio is 1:{actual}, at most 1:{limit} is possible",
  },
  tooManyButtons: {
    ru: 'Кнопок {actual}, можно не больше {limit}',
    en: '{actual} buttons, at most {limit} are possible',
  },
  buttonTwice: { ru: 'Две кнопки с одним обозначением', en: 'Two buttons have the same id' },
  labelEmpty: { ru: 'На кнопке нет надписи', en: 'The button has no label' },
  labelTooLong: {
    ru: 'Надпись — {actual} символов, можно не больше {limit}',
    en: 'The label has {actual} characters, at most {limit} are possible',
  },
  linkNotHttps: {
    ru: 'Ссылка кнопки — не https',
    en: "The button's link is not https",
  },
  linkHostVariable: {
    ru: 'Имя сайта в ссылке не может быть переменной',
    en: "The link's host cannot be a variable",
  },
  linkTooLong: {
    ru: 'Ссылка — {actual} символов, можно не больше {limit}',
    en: 'The link has {actual} characters, at most {limit} are possible',
  },
  answerInOneWay: {
    ru: 'На уведомление нельзя ответить, поэтому у него не может быть текстовых кнопок',
    en: 'A one-way message cannot be answered, so it can have no text buttons',
  },
  networksEmpty: { ru: 'Выберите хотя бы одну сеть', en: 'Choose at least one network' },
};

/** A code that this version does not know is shown as it is. */
export function problemWords(problem: ToldProblem, language: 'ru' | 'en'): string {
  const known = Object.hasOwn(words, problem.code) ? words[problem.code as ProblemCode] : null;
  if (!known) return problem.code;
  const locale = language === 'ru' ? 'ru-RU' : 'en-GB';
  return known[language].replace(
    /\{(variable|limit|actual)\}/g,
    (_, key: 'variable' | 'limit' | 'actual') => {
      const value = problem[key];
      return typeof value === 'number' ? value.toLocaleString(locale) : (value ?? '');
    },
  );
}
