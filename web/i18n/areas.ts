/**
 * The files of texts, one per area and language, loaded on demand. `inbox` is loaded before anything is drawn.
 * A screen names its other areas where it is loaded (`app/router.tsx`, `ui/lazyDialog.tsx`).
 */
import type { Translations } from './translate.ts';

export type Language = 'ru' | 'en';

export const areas = {
  inbox: { ru: () => import('./inbox.ru.ts'), en: () => import('./inbox.en.ts') },
  apiKeys: { ru: () => import('./apiKeys.ru.ts'), en: () => import('./apiKeys.en.ts') },
  audit: { ru: () => import('./audit.ru.ts'), en: () => import('./audit.en.ts') },
  cannedAnswers: { ru: () => import('./cannedAnswers.ru.ts'), en: () => import('./cannedAnswers.en.ts') },
  company: { ru: () => import('./company.ru.ts'), en: () => import('./company.en.ts') },
  deliveries: { ru: () => import('./deliveries.ru.ts'), en: () => import('./deliveries.en.ts') },
  gateway: { ru: () => import('./gateway.ru.ts'), en: () => import('./gateway.en.ts') },
  history: { ru: () => import('./history.ru.ts'), en: () => import('./history.en.ts') },
  mailings: { ru: () => import('./mailings.ru.ts'), en: () => import('./mailings.en.ts') },
  personalData: { ru: () => import('./personalData.ru.ts'), en: () => import('./personalData.en.ts') },
  preview: { ru: () => import('./preview.ru.ts'), en: () => import('./preview.en.ts') },
  quality: { ru: () => import('./quality.ru.ts'), en: () => import('./quality.en.ts') },
  reports: { ru: () => import('./reports.ru.ts'), en: () => import('./reports.en.ts') },
  search: { ru: () => import('./search.ru.ts'), en: () => import('./search.en.ts') },
  settings: { ru: () => import('./settings.ru.ts'), en: () => import('./settings.en.ts') },
  templates: { ru: () => import('./templates.ru.ts'), en: () => import('./templates.en.ts') },
  transcripts: { ru: () => import('./transcripts.ru.ts'), en: () => import('./transcripts.en.ts') },
  wall: { ru: () => import('./wall.ru.ts'), en: () => import('./wall.en.ts') },
} satisfies Record<string, Record<Language, () => Promise<{ texts: Translations }>>>;

export type Area = keyof typeof areas;
export type AreaFiles = Record<Area, Record<Language, () => Promise<{ texts: Translations }>>>;

type TextsOf<Name extends Area> = Awaited<ReturnType<(typeof areas)[Name]['ru']>>['texts'];
type KeysOf<Name extends Area> = Name extends Area ? keyof TextsOf<Name> : never;
type WithoutForm<Key> = Key extends `${infer Base}_${'one' | 'few' | 'many' | 'other'}` ? Base : Key;

/** Every key that code may use; keys with plural forms come without the form's suffix. */
export type TextKey = WithoutForm<KeysOf<Area>>;
