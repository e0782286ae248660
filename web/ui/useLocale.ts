/** The locale of the language on the screen, and a clock that ticks often enough for what is drawn by it. */
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { localeOf } from '../i18n/i18n.ts';

export function useLocale(): string {
  const { i18n } = useTranslation();
  return localeOf(i18n.language);
}

export function useNow(everyMs = 30_000): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
