/** The locale of the present language, and a clock that ticks often enough for relative times. */
import { useEffect, useState } from 'react';
import { useTranslation } from '../i18n/useTranslation.ts';

/** For formatting dates and numbers. */
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
