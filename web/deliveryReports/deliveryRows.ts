/**
 * The rows that the list holds and how they change, without React: an older page below, new rows above, and newer
 * copies of held rows. Rows are sorted by time of acceptance, the latest first; an older copy replaces no newer one.
 */
import type { DeliveriesPage, DeliveryRow, DeliverySearch } from '../../shared/schemas/delivery.ts';
import { deliveryLimits } from '../../shared/schemas/delivery.ts';
import { endedStatuses } from './labels.ts';

export interface DeliveryRows {
  rows: DeliveryRow[];
  nextCursor: string | null;
  searchedTo: string | null;
  /** True while the reader is further below: new rows wait until they ask for them. */
  hasOlderPages: boolean;
  isBehind: boolean;
}

/** A list that nobody scrolls never grows longer than this. */
const FOLLOWED_ROWS = 4 * deliveryLimits.page;

export function firstRows({ rows, nextCursor, searchedTo }: DeliveriesPage): DeliveryRows {
  return { rows, nextCursor, searchedTo, hasOlderPages: false, isBehind: false };
}

export function withOlder(held: DeliveryRows, page: DeliveriesPage): DeliveryRows {
  const known = new Set(held.rows.map(({ id }) => id));
  return {
    ...held,
    rows: [...held.rows, ...page.rows.filter(({ id }) => !known.has(id))],
    nextCursor: page.nextCursor,
    searchedTo: page.searchedTo,
    hasOlderPages: true,
  };
}

export function withLook(held: DeliveryRows, look: DeliveriesPage, filters: DeliverySearch): DeliveryRows {
  const fresh = new Map([...look.known, ...look.rows].map((row) => [row.id, row]));
  const rows = held.rows
    .map((row) => newerOf(row, fresh.get(row.id)))
    .filter((row) => fitsStatus(row, filters));
  const [newest] = held.rows;
  const isFull = look.nextCursor !== null && look.searchedTo === null;
  if (!newest) return isFull ? firstRows(look) : { ...held, rows: look.rows };
  if (!meets(look, newest)) {
    // Between these rows and the held ones some rows may be missing.
    return held.hasOlderPages || !isFull ? { ...held, rows, isBehind: true } : firstRows(look);
  }
  const known = new Set(rows.map(({ id }) => id));
  const added = look.rows.filter(({ id }) => !known.has(id));
  const merged = [...rows, ...added].sort((a, b) => (comesBefore(a, b) ? -1 : 1));
  if (held.hasOlderPages || merged.length <= FOLLOWED_ROWS) return { ...held, rows: merged };
  const kept = merged.slice(0, FOLLOWED_ROWS);
  const last = kept.at(-1)!;
  return { ...held, rows: kept, nextCursor: cursorAfter(last), searchedTo: null };
}

/** True when the new rows reach down to the held ones. */
function meets({ rows, nextCursor, searchedTo }: DeliveriesPage, newest: DeliveryRow): boolean {
  const oldest = rows.at(-1);
  return (
    nextCursor === null ||
    (oldest !== undefined && comesBefore(newest, oldest)) ||
    (searchedTo !== null && searchedTo <= newest.acceptedAt)
  );
}

/** Rows to ask about again: those whose status may still change. */
export function movingIds({ rows }: DeliveryRows): string[] {
  return rows
    .filter(({ status, canTryAgain }) => canTryAgain || !endedStatuses.includes(status))
    .slice(0, deliveryLimits.known)
    .map(({ id }) => id);
}

function newerOf(held: DeliveryRow, fresh: DeliveryRow | undefined): DeliveryRow {
  return fresh && fresh.sequence >= held.sequence ? fresh : held;
}

const statusOfView = { ended: 'undelivered', neverSent: 'expired', stuck: 'queued' } as const;

function fitsStatus({ status }: DeliveryRow, { view = 'all', status: asked }: DeliverySearch): boolean {
  const wanted = view === 'all' ? asked : statusOfView[view];
  return wanted === undefined || wanted === status;
}

/** True when `a` was accepted later than `b`, or is `b` itself. */
function comesBefore(a: DeliveryRow, b: DeliveryRow): boolean {
  return a.acceptedAt === b.acceptedAt ? a.id >= b.id : a.acceptedAt > b.acceptedAt;
}

function cursorAfter({ acceptedAt, id }: DeliveryRow): string {
  return `${new Date(acceptedAt).getTime()}_${id}`;
}
