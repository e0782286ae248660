/** Time zones to choose from: Russia's by city, the others by their IANA names. */

export const russianZones = [
  'Europe/Kaliningrad',
  'Europe/Moscow',
  'Europe/Samara',
  'Asia/Yekaterinburg',
  'Asia/Omsk',
  'Asia/Krasnoyarsk',
  'Asia/Irkutsk',
  'Asia/Yakutsk',
  'Asia/Vladivostok',
  'Asia/Magadan',
  'Asia/Kamchatka',
] as const;

/** @param chosen is always included, even if the browser's data has another name for it. */
export function otherZones(chosen: string): string[] {
  const shown = new Set<string>(russianZones);
  return [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC', chosen])]
    .filter((zone) => !shown.has(zone))
    .sort();
}

/** `UTC+3`, at present. Empty for a zone that the browser does not know. */
export function offsetText(zone: string): string {
  try {
    const parts = new Intl.DateTimeFormat('en', {
      timeZone: zone,
      timeZoneName: 'shortOffset',
    }).formatToParts();
    return parts.find(({ type }) => type === 'timeZoneName')?.value.replace('GMT', 'UTC') ?? '';
  } catch {
    return '';
  }
}
