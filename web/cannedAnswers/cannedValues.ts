/** What the variables of a canned answer stand for at this moment. Pure. */
import { localMsAt } from '../../shared/calendar/zonedTime.ts';
import { type CannedVariable, cannedParts } from '../../shared/cannedText.ts';
import type { Language } from '../i18n/areas.ts';

export interface CannedContext {
  clientName: string;
  agentName: string;
  timeZone: string;
  nowMs: number;
  language: Language;
}

export function cannedValues(
  text: string,
  { clientName, agentName, timeZone, nowMs, language }: CannedContext,
): Partial<Record<CannedVariable, string>> {
  const name = isKnownName(clientName) ? clientName.trim() : '';
  return {
    clientName: name,
    clientFirstName: name.split(/\s+/)[0] ?? '',
    agentName,
    greeting: greetingAt(hourAt(timeZone, nowMs), languageOf(text) ?? language),
  };
}

/** Until the profile is read, the user id stands in for the name: nobody should be greeted as "id2001". */
function isKnownName(name: string): boolean {
  return !/^id\S*\d$/.test(name.trim());
}

/** A greeting speaks the language of the text around it, whatever its reader has chosen for the screen. */
function languageOf(text: string): Language | null {
  const fixed = cannedParts(text)
    .map((part) => (part.kind === 'fixed' ? part.text : ''))
    .join('');
  if (/[а-яё]/i.test(fixed)) return 'ru';
  return /[a-z]/i.test(fixed) ? 'en' : null;
}

const hourAt = (timeZone: string, nowMs: number) => new Date(localMsAt(timeZone, nowMs)).getUTCHours();

const MORNING_FROM = 5;
const DAY_FROM = 12;
const EVENING_FROM = 18;
const NIGHT_FROM = 23;

function greetingAt(hour: number, language: Language): string {
  const isRussian = language === 'ru';
  if (hour >= MORNING_FROM && hour < DAY_FROM) return isRussian ? 'Доброе утро' : 'Good morning';
  if (hour >= DAY_FROM && hour < EVENING_FROM) return isRussian ? 'Добрый день' : 'Good afternoon';
  if (hour >= EVENING_FROM && hour < NIGHT_FROM) return isRussian ? 'Добрый вечер' : 'Good evening';
  // "Good night" is a farewell.
  return isRussian ? 'Доброй ночи' : 'Good evening';
}
