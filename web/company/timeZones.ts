/** Time zones to choose from: Russia's by their cities, the rest by their names in the time zone database. */

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

/** @param chosen is among them even where the browser's data has it under another name. */
export function otherZones(chosen: string): string[] {
  const shown = new Set<string>(russianZones);
  return [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC', chosen])]
    .filter((zone) => !shown.has(zone))
    .sort();
}

/** `UTC+3`, as it is now. Empty for a zone that the browser does not know. */
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
