/** Pages of lines that are kept by time, the newest first: where a page ended, and what comes after it. */

interface Line {
  _id: string;
  at: Date;
}

/** The filter of what comes after the cursor's line; nothing of it for no cursor, or one that cannot be read. */
export function after(cursor: string | undefined): Record<string, unknown> {
  const [, ms, _id] = /^(\d{1,15})_(.+)$/.exec(cursor ?? '') ?? [];
  if (ms === undefined || _id === undefined) return {};
  const at = new Date(Number(ms));
  // The range that an index walks; the choice is exact within one moment.
  return { at: { $lte: at }, $or: [{ at: { $lt: at } }, { at, _id: { $lt: _id } }] };
}

/** What was read with one line more than the page has. */
export function pageOf<L extends Line>(read: L[], lines: number): { page: L[]; nextCursor: string | null } {
  const page = read.slice(0, lines);
  const last = page.at(-1);
  return { page, nextCursor: read.length > lines && last ? `${last.at.getTime()}_${last._id}` : null };
}
