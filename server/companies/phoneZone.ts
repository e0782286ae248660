/**
 * The time zone of a phone's country. Null for a country with several zones: a Russian mobile number names no region,
 * because a number moves with its owner.
 */

import { offsetMsAt } from '../../shared/calendar/zonedTime.ts';
import { countryOfPhone } from '../phones/readPhone.ts';

const known = new Map<string, string | null>();

/** Null when the zone is not certain. */
export function zoneOfPhone(phone: string, at: Date): string | null {
  const country = countryOfPhone(phone);
  if (!country) return null;
  const year = at.getUTCFullYear();
  const key = `${country} ${year}`;
  let zone = known.get(key);
  if (zone === undefined) {
    zone = zoneOfCountry(country, year);
    known.set(key, zone);
  }
  return zone;
}

/** Several zone names count as one when their clocks agree in summer and in winter. */
function zoneOfCountry(country: string, year: number): string | null {
  const [first, ...others] = zonesOf(country);
  if (first === undefined) return null;
  const moments = [0, 6].map((month) => Date.UTC(year, month, 15));
  const isOne = others.every((other) =>
    moments.every((atMs) => offsetMsAt(first, atMs) === offsetMsAt(other, atMs)),
  );
  return isOne ? first : null;
}

/** An accessor in earlier runtimes, a method in later ones. */
function zonesOf(country: string): string[] {
  const locale = new Intl.Locale(`und-${country}`) as Intl.Locale & {
    timeZones?: string[];
    getTimeZones?: () => string[] | undefined;
  };
  return locale.getTimeZones?.() ?? locale.timeZones ?? [];
}
