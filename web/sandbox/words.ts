/** The page's words in Russian and English, and the way to say them: `useWords()('key')`. */
import i18next, { type i18n as I18n } from 'i18next';
import { createContext, useContext } from 'react';
import { en } from './wordsEn.ts';
import { ru } from './wordsRu.ts';

export type Language = 'ru' | 'en';
export type WordKey = keyof typeof ru;
export type Say = (key: WordKey, values?: Record<string, string | number>) => string;

export function createWords(language: Language): I18n {
  const instance = i18next.createInstance();
  void instance.init({
    lng: language,
    fallbackLng: 'ru',
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false }, // React escapes
    resources: { ru: { translation: ru }, en: { translation: en } },
    initAsync: false,
  });
  return instance;
}

/** The desk types i18next with its own words; these are other ones. */
export function sayIn(instance: I18n): Say {
  return (key, values) => String(instance.t(key as never, values as never));
}

export interface Reader {
  say: Say;
  language: Language;
}

export const ReaderContext = createContext<Reader>({ say: (key) => key, language: 'ru' });

export function useWords(): Say {
  return useContext(ReaderContext).say;
}
