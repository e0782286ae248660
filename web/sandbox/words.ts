/** The page's words in Russian and English, and the way to say them: `useWords()('key')`. */
import { createContext, useContext } from 'react';
import { translate } from '../i18n/translate.ts';
import { en } from './wordsEn.ts';
import { ru } from './wordsRu.ts';

export type Language = 'ru' | 'en';
export type WordKey = keyof typeof ru;
export type Say = (key: WordKey, values?: Record<string, string | number>) => string;

export function sayIn(language: Language): Say {
  const words = { ru, en }[language];
  return (key, values) => translate(words, language, key, values);
}

export interface Reader {
  say: Say;
  language: Language;
}

export const ReaderContext = createContext<Reader>({ say: (key) => key, language: 'ru' });

export function useWords(): Say {
  return useContext(ReaderContext).say;
}
