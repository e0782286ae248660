/** The locale of the language on the screen, and a clock that ticks often enough for what is drawn by it. */
import { useEffect, useState } from 'react';
import { useTranslation } from '../i18n/useTranslation.ts';

/** By which dates and numbers are written. */
export function useLocale(): string {
  const { language } = useTranslation();
  return language === 'en' ? 'en-GB' : 'ru-RU';
}

export function useNow(everyMs = 30_000): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
