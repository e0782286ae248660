/**
 * The loaded texts of the reader's language. A language is shown only when all texts of the screen are loaded, so the
 * reader never sees a key or two languages at once. After a failed load nothing changes.
 */
import { type Area, type AreaFiles, areas, type Language, type TextKey } from './areas.ts';
import { type Translations, translate, type Values } from './translate.ts';

export type { Language };
export type Translate = (key: TextKey, values?: Values) => string;

/** The language on the screen; a new object after each change of language. */
export interface Translation {
  readonly language: Language;
  readonly t: Translate;
}

export interface I18n {
  current(): Translation;
  subscribe(listener: () => void): () => void;
  has(wanted: readonly Area[]): boolean;
  /** Loads the texts of these areas, now and for every later language. Rejects when they cannot be loaded. */
  need(wanted: readonly Area[]): Promise<void>;
  /** Shows another language as soon as all its texts are loaded. Of two concurrent calls the later one wins. */
  setLanguage(language: Language): Promise<void>;
}

class Dictionary {
  readonly areas = new Set<Area>();
  readonly texts: Record<string, string> = {};
  add(area: Area, texts: Translations): void {
    Object.assign(this.texts, texts);
    this.areas.add(area);
  }
}

/** Starts with `language`; rejects when its texts cannot be loaded. */
export async function createI18n(language: Language, files: AreaFiles = areas): Promise<I18n> {
  const known = { ru: new Dictionary(), en: new Dictionary() };
  const needed = new Set<Area>();
  const listeners = new Set<() => void>();
  let wantedLanguage = language;

  const load = async (into: Language, wanted: Iterable<Area>) => {
    const missing = [...wanted].filter((area) => !known[into].areas.has(area));
    await Promise.all(missing.map(async (area) => known[into].add(area, (await files[area][into]()).texts)));
  };
  const translationIn = (shown: Language): Translation => ({
    language: shown,
    t: (key, values) => translate(known[shown].texts, shown, key, values),
  });

  let current = translationIn(language);
  const need = async (wanted: readonly Area[]) => {
    for (const area of wanted) needed.add(area);
    await load(current.language, wanted);
    // The reader may have chosen another language while these texts were loading.
    if (wantedLanguage !== current.language) await load(wantedLanguage, wanted);
  };
  await need(['inbox']);

  return {
    current: () => current,
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
      current = translationIn(next);
      for (const listener of listeners) listener();
    },
  };
}
