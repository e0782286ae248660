/** Dates of lists as clients read them: `25.11.2026`. A text that is not surely a date stays as it is. */

/** As databases and programs write a day, with or without midnight. */
const ISO_DAY = /^(\d{4})-(\d{2})-(\d{2})(?:[T ]0?0:00(?::00(?:\.0+)?)?Z?)?$/;
/** As people and 1C write it: a zero may be missing, midnight may follow. */
const LOCAL_DAY = /^(\d{1,2})\.(\d{1,2})\.(\d{4})(?: 0?0:00(?::00)?)?$/;

export function tellDate(cell: string): string {
  const iso = ISO_DAY.exec(cell);
  if (iso) return `${iso[3]}.${iso[2]}.${iso[1]}`;
  const local = LOCAL_DAY.exec(cell);
  return local ? `${local[1]!.padStart(2, '0')}.${local[2]!.padStart(2, '0')}.${local[3]}` : cell;
}
