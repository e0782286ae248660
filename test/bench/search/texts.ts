/** Texts as clients and agents write them: a few frequent words, many rare ones, in Russian and English. */

const frequent =
  'здравствуйте заказ когда доставка возврат деньги оплата карта товар пришёл ждать почему номер спасибо магазин курьер адрес сегодня завтра размер цвет чек гарантия ремонт обмен скидка бонус промокод личный кабинет пароль телефон ответ вопрос проблема order refund delivery thanks hello address payment card'.split(
    ' ',
  );
const endings = ['', 'а', 'у', 'ом', 'е', 'ы', 'ов', 'ам', 'ами', 'ах'];
const syllables =
  'ба во ги до жа зе ки лу ма но пе ро су та фу ха ци че шо ня бри гло дра кри сто тру пле сна'.split(' ');

/** Numbers from 0 to 1, the same for the same seed. */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

/** A rare word, the same for the same number. */
export function rareWord(number: number): string {
  let word = '';
  for (let rest = number + 28; rest > 0; rest = Math.floor(rest / syllables.length))
    word += syllables[rest % syllables.length];
  return word;
}

export function createTexts(random: () => number): (orderNo: number) => string {
  const word = () => {
    // Half of all words are frequent; of the others, the rank falls off as in a language.
    if (random() < 0.5) return frequent[Math.floor(random() ** 2 * frequent.length)]!;
    return rareWord(Math.floor(random() ** 4 * 200_000)) + endings[Math.floor(random() * endings.length)]!;
  };
  return (orderNo) => {
    const words = Array.from({ length: 4 + Math.floor(random() ** 2 * 30) }, word);
    if (random() < 0.3) words.push(`заказ ${1_000_000 + orderNo}`);
    return `${words.join(' ')}.`;
  };
}
