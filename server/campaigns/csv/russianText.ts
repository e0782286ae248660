/**
 * Tells Russian text from the same bytes read in a wrong encoding. Russian uses some letters ten times as often as
 * others, and has capitals only at the beginning of a word or throughout it.
 */

/** Letters by how often Russian texts use them. Source: the frequencies of the Russian National Corpus. */
const BY_FREQUENCY = 'оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё';
/** Letters of Ukrainian, Belarusian and Kazakh names in windows-1251 and Mac Cyrillic. */
const NEIGHBOURS = 'іїєґў';
const CYRILLIC = `${BY_FREQUENCY}${NEIGHBOURS}`;
const PUNCTUATION = '«»„“”‘’—–…№°€\u00a0';
/** Never inside a word: `M№ller` is `Müller` in a wrong encoding. */
const BETWEEN_WORDS = /\p{L}[«»„“”…№°€]\p{L}/gu;

const NEIGHBOUR_COST = 0.8;
const PUNCTUATION_COST = 0.5;
/** Of a letter in an impossible word, and of a symbol that lists do not have. */
const WRONG_COST = 2;
/** Russian text costs about 0.22 a character, other bytes above 0.7. */
const COST_MAX = 0.5;

const word = new RegExp(`^(?:[${CYRILLIC}]+|[${CYRILLIC.toUpperCase()}][${CYRILLIC}]*)$`);
const capitals = new RegExp(`^[${CYRILLIC.toUpperCase()}]+$`);

/** Per character outside ASCII; null when the text does not look Russian. */
export function russianCost(text: string): number | null {
  let cost = 0;
  let characters = 0;
  for (const [part] of text.matchAll(/\p{L}+|[^\p{L}]/gu)) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: everything that is not ASCII
    const foreign = part.match(/[^\x00-\x7f]/gu)?.length ?? 0;
    if (foreign === 0) continue;
    characters += foreign;
    cost += costOf(part, foreign);
  }
  if (characters === 0) return null;
  const inWords = text.match(BETWEEN_WORDS)?.length ?? 0;
  const mean = (cost + inWords * WRONG_COST) / characters;
  return mean <= COST_MAX ? mean : null;
}

function costOf(part: string, foreign: number): number {
  if (PUNCTUATION.includes(part)) return PUNCTUATION_COST;
  if (!word.test(part) && !capitals.test(part)) return WRONG_COST * foreign;
  return [...part.toLowerCase()].reduce((sum, letter) => sum + costOfLetter(letter), 0);
}

function costOfLetter(letter: string): number {
  const at = BY_FREQUENCY.indexOf(letter);
  return at === -1 ? NEIGHBOUR_COST : at / (BY_FREQUENCY.length - 1);
}
