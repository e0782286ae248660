/** Fills a script's text with what belongs to one case: its order, its thing, its sum. The same case says the same. */
import type { Pick } from './random.ts';

/** A thing: as a subject, "of it", and as an object. */
const items = [
  ['перфоратор', 'перфоратора', 'перфоратор'],
  ['шуруповёрт', 'шуруповёрта', 'шуруповёрт'],
  ['термокружка', 'термокружки', 'термокружку'],
  ['рюкзак', 'рюкзака', 'рюкзак'],
  ['чайник', 'чайника', 'чайник'],
  ['лампа', 'лампы', 'лампу'],
  ['палатка', 'палатки', 'палатку'],
  ['пылесос', 'пылесоса', 'пылесос'],
  ['куртка', 'куртки', 'куртку'],
  ['набор отвёрток', 'набора отвёрток', 'набор отвёрток'],
  ['дрель', 'дрели', 'дрель'],
  ['велосипед', 'велосипеда', 'велосипед'],
  ['зонт', 'зонта', 'зонт'],
  ['плед', 'пледа', 'плед'],
  ['кофемолка', 'кофемолки', 'кофемолку'],
  ['гирлянда', 'гирлянды', 'гирлянду'],
  ['удлинитель', 'удлинителя', 'удлинитель'],
  ['стремянка', 'стремянки', 'стремянку'],
] as const;
const itemsEn = ['drill', 'backpack', 'lamp', 'kettle', 'tent', 'jacket'] as const;
/** A city: by its name, "to it", and "in it". */
const cities = [
  ['Тверь', 'Тверь', 'Твери'],
  ['Казань', 'Казань', 'Казани'],
  ['Самара', 'Самару', 'Самаре'],
  ['Пермь', 'Пермь', 'Перми'],
  ['Вологда', 'Вологду', 'Вологде'],
  ['Тула', 'Тулу', 'Туле'],
  ['Рязань', 'Рязань', 'Рязани'],
  ['Омск', 'Омск', 'Омске'],
] as const;
const streets = [
  ['Садовая', 'Садовой'],
  ['Мостовая', 'Мостовой'],
  ['Заречная', 'Заречной'],
  ['Полевая', 'Полевой'],
] as const;
const days = [
  'завтра',
  'в пятницу',
  'в субботу',
  '12 числа',
  'на этой неделе',
  'послезавтра',
  'в понедельник',
] as const;

export type Words = Record<string, string>;

export function wordsOfCase(pick: Pick, caseNo: number, firstName: string): Words {
  const [item, itemOf, itemWhat] = pick.one(items);
  const [city, cityTo, cityIn] = pick.one(cities);
  const [streetName, street] = pick.one(streets);
  const order = String(10_000 + ((caseNo * 7_919) % 90_000));
  return {
    order: pick.chance(0.5) ? `№ ${order}` : order,
    track: String(pick.between(100_000_000, 999_999_999)),
    item,
    itemOf,
    itemWhat,
    itemEn: pick.one(itemsEn),
    sum: String(pick.between(4, 190) * 50),
    sum2: String(pick.between(3, 12) * 50),
    city,
    cityTo,
    cityIn,
    street,
    streetName,
    day: pick.one(days),
    code: `${pick.one(['LAVKA', 'MOST', 'OSEN', 'GVOZD'])}${pick.between(5, 99)}`,
    name: firstName,
  };
}

export function fillText(text: string, words: Words): string {
  const filled = text.replace(/\{(\w+)\}/g, (_, name: string) => words[name] ?? '');
  // A text may begin with a thing.
  return filled.replace(/^\p{Ll}/u, (letter) => (text[0] === '{' ? letter.toUpperCase() : letter));
}
