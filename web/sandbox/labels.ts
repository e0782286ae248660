/** The page's texts in Russian and English; a component reads one by `useLabels()('key')`. */
import { createContext, useContext } from 'react';
import { translate } from '../i18n/translate.ts';
import { en } from './labelsEn.ts';
import { ru } from './labelsRu.ts';

export type Language = 'ru' | 'en';
export type LabelKey = keyof typeof ru;
export type Say = (key: LabelKey, values?: Record<string, string | number>) => string;

export function sayIn(language: Language): Say {
  const labels = { ru, en }[language];
  return (key, values) => translate(labels, language, key, values);
}

export interface Reader {
  say: Say;
  language: Language;
}

export const ReaderContext = createContext<Reader>({ say: (key) => key, language: 'ru' });

export function useLabels(): Say {
  return useContext(ReaderContext).say;
}
