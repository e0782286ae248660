/** Words by key in the reader's language, with plural forms; Russian is at hand at once, English when asked for. */
import i18next, { type i18n as I18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Words } from './en.ts';
import { ru } from './ru.ts';

export type Language = 'ru' | 'en';
export const languages: readonly Language[] = ['ru', 'en'];

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    keySeparator: false;
    nsSeparator: false;
    resources: { translation: typeof ru };
  }
}

export function createI18n(language: Language): I18n {
  const instance = i18next.createInstance();
  void instance.use(initReactI18next).init({
    lng: 'ru',
    fallbackLng: 'ru',
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false }, // React escapes
    resources: { ru: { translation: ru } },
    initAsync: false,
  });
  void setLanguage(instance, language);
  return instance;
}

export async function setLanguage(instance: I18n, language: Language): Promise<void> {
  if (language === 'en' && !instance.hasResourceBundle('en', 'translation')) {
    const { en }: { en: Words } = await import('./en.ts');
    instance.addResourceBundle('en', 'translation', en);
  }
  await instance.changeLanguage(language);
}

/** The locale by which dates and numbers are written. */
export function localeOf(language: string): string {
  return language === 'en' ? 'en-GB' : 'ru-RU';
}
