/**
 * The words of the reader's language that are loaded by now. A language is shown once all that the screen speaks in
 * has come, so neither a key nor a mixture is ever seen; after a failed load everything stays as it was.
 */
import { type Area, type AreaFiles, areas, type Language, type WordKey } from './areas.ts';
import { type Translations, translate, type Values } from './translate.ts';

export type { Language };
export type Say = (key: WordKey, values?: Values) => string;

/** What is on the screen; another object when the language is another. */
export interface Spoken {
  readonly language: Language;
  readonly t: Say;
}

export interface I18n {
  spoken(): Spoken;
  subscribe(listener: () => void): () => void;
  has(wanted: readonly Area[]): boolean;
  /** Has the words of these areas, and of every later language too. Rejects when they cannot be loaded. */
  need(wanted: readonly Area[]): Promise<void>;
  /** Shows another language as soon as it has all its words. Of two calls at once the later one wins. */
  setLanguage(language: Language): Promise<void>;
}

class Dictionary {
  readonly areas = new Set<Area>();
  readonly words: Record<string, string> = {};
  add(area: Area, words: Translations): void {
    Object.assign(this.words, words);
    this.areas.add(area);
  }
}

/** Speaks `language` from its first moment; rejects when its words cannot be loaded. */
export async function createI18n(language: Language, files: AreaFiles = areas): Promise<I18n> {
  const known = { ru: new Dictionary(), en: new Dictionary() };
  const needed = new Set<Area>();
  const listeners = new Set<() => void>();
  let wantedLanguage = language;

  const load = async (into: Language, wanted: Iterable<Area>) => {
    const missing = [...wanted].filter((area) => !known[into].areas.has(area));
    await Promise.all(missing.map(async (area) => known[into].add(area, (await files[area][into]()).words)));
  };
  const speak = (spoken: Language): Spoken => ({
    language: spoken,
    t: (key, values) => translate(known[spoken].words, spoken, key, values),
  });

  let current = speak(language);
  const need = async (wanted: readonly Area[]) => {
    for (const area of wanted) needed.add(area);
    await load(current.language, wanted);
    // The reader may have asked for another language while these words were on their way.
    if (wantedLanguage !== current.language) await load(wantedLanguage, wanted);
  };
  await need(['inbox']);

  return {
    spoken: () => current,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    has: (wanted) => wanted.every((area) => known[current.language].areas.has(area)),
    need,
    async setLanguage(next) {
      wantedLanguage = next;
      try {
        await load(next, needed);
      } catch (error) {
        if (wantedLanguage === next) wantedLanguage = current.language;
        throw error;
      }
      if (wantedLanguage !== next || current.language === next) return;
      current = speak(next);
      for (const listener of listeners) listener();
    },
  };
}
