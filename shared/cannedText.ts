/**
 * Texts of canned answers. Braces hold a variable, as in templates, or a place that the agent fills. A known variable is
 * stored by its name and shown by its title, so nobody has to learn names: `{clientName}` is «{полное имя клиента}».
 */
import { normalise } from './words/normalise.ts';

type Titles = Record<'ru' | 'en', string>;

export const cannedVariables = {
  clientFirstName: { ru: 'имя клиента', en: 'client first name' },
  clientName: { ru: 'полное имя клиента', en: 'client full name' },
  agentName: { ru: 'имя оператора', en: 'agent name' },
  /** "Good morning" and so on, by the company's clocks. */
  greeting: { ru: 'приветствие', en: 'greeting' },
  /** The desk does not know it: always a place to fill. */
  orderNumber: { ru: 'номер заказа', en: 'order number' },
} as const satisfies Record<string, Titles>;
export type CannedVariable = keyof typeof cannedVariables;
export const cannedVariableNames = Object.keys(cannedVariables) as CannedVariable[];

export type CannedPart =
  | { kind: 'fixed'; text: string }
  | { kind: 'variable'; name: CannedVariable }
  /** `words` as they stand between the braces. */
  | { kind: 'place'; words: string };

const BRACES = /\{([^{}\n]{1,60})\}/g;

const byWords = new Map(
  cannedVariableNames.flatMap((name) =>
    [name, cannedVariables[name].ru, cannedVariables[name].en].map((words) => [keyOf(words), name] as const),
  ),
);

/** Titles of either language are known, whatever the case: a file from a colleague may have the other one's. */
export function cannedParts(text: string): CannedPart[] {
  const parts: CannedPart[] = [];
  let from = 0;
  for (const match of text.matchAll(BRACES)) {
    if (match.index > from) parts.push({ kind: 'fixed', text: text.slice(from, match.index) });
    const words = match[1] as string;
    const name = byWords.get(keyOf(words));
    parts.push(name ? { kind: 'variable', name } : { kind: 'place', words });
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push({ kind: 'fixed', text: text.slice(from) });
  return parts;
}

/** With names in place of titles. */
export function toStoredText(text: string): string {
  return joined(text, (name) => `{${name}}`);
}

/** With titles in place of names. */
export function toShownText(text: string, language: keyof Titles): string {
  return joined(text, (name) => titled(name, language));
}

export interface FilledText {
  text: string;
  /** What is left to fill, as it stands in the text, each once: `{номер заказа}`. */
  places: string[];
}

/** One pass: a value that looks like a variable is not filled again. A missing or empty value leaves a place. */
export function fillCannedText(
  text: string,
  values: Partial<Record<CannedVariable, string>>,
  language: keyof Titles,
): FilledText {
  const places = new Set<string>();
  const leave = (place: string) => {
    places.add(place);
    return place;
  };
  const filled = cannedParts(text)
    .map((part) => {
      if (part.kind === 'fixed') return part.text;
      if (part.kind === 'place') return leave(`{${part.words}}`);
      return values[part.name] || leave(titled(part.name, language));
    })
    .join('');
  return { text: filled, places: [...places] };
}

function joined(text: string, ofVariable: (name: CannedVariable) => string): string {
  return cannedParts(text)
    .map((part) => {
      if (part.kind === 'fixed') return part.text;
      return part.kind === 'place' ? `{${part.words}}` : ofVariable(part.name);
    })
    .join('');
}

function titled(name: CannedVariable, language: keyof Titles): string {
  return `{${cannedVariables[name][language]}}`;
}

function keyOf(words: string): string {
  return normalise(words).replace(/\s+/g, ' ').trim();
}
