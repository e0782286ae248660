/** The translation function for a component: `const { t } = useTranslation()`. Redraws on a change of language. */
import { createContext, useContext, useSyncExternalStore } from 'react';
import type { I18n, Language, Translate } from './i18n.ts';

const I18nContext = createContext<I18n | null>(null);
export const I18nProvider = I18nContext.Provider;

export interface Translation {
  t: Translate;
  language: Language;
  i18n: I18n;
}

export function useTranslation(): Translation {
  const i18n = useContext(I18nContext);
  if (!i18n) throw new Error('useTranslation outside of I18nProvider');
  const { t, language } = useSyncExternalStore(i18n.subscribe, i18n.current);
  return { t, language, i18n };
}
