/**
 * The loaded part of a list, and how a change moves rows in and out of it. Pure.
 * A row below the loaded part is ignored: its page will bring it.
 */

import {
  belongsTo,
  comparePlaces,
  compareRows,
  type ListScope,
  type Place,
  placeOf,
} from '../../shared/conversationLists.ts';
import type { ResumeAnswer } from '../../shared/events.ts';
import type { ConversationRow, ConversationsPage } from '../../shared/schemas/conversation.ts';

export interface ListWindow {
  scope: ListScope;
  myId: string;
  /** In the list's order. */
  rows: readonly ConversationRow[];
  nextCursor: string | null;
  /** The lowest loaded place; null when the list is loaded to its end. */
  edge: Place | null;
  /** The newest revision of each row that left the list: an older copy must not bring it back. */
  leftAt: Readonly<Record<string, number>>;
}

type ListPage = Pick<ConversationsPage, 'rows' | 'nextCursor'>;

export function openWindow(scope: ListScope, myId: string, page: ListPage): ListWindow {
  const empty: ListWindow = { scope, myId, rows: [], nextCursor: null, edge: null, leftAt: {} };
  return addPage(empty, page);
}

/** Adds the page after the loaded part. Apply changes that came during the read again after this. */
export function addPage(window: ListWindow, page: ListPage): ListWindow {
  const last = page.rows.at(-1);
  const edge = last ? placeOf(last, window.scope) : window.edge;
  const opened: ListWindow = {
    ...window,
    nextCursor: page.nextCursor,
    edge: page.nextCursor === null ? null : edge,
  };
  return applyRows(opened, page.rows);
}

/** Applies newer copies of rows: each moves to its place, enters, leaves, or is ignored when it is not newer. */
export function applyRows(window: ListWindow, changed: readonly ConversationRow[]): ListWindow {
  const held = new Map(window.rows.map((row) => [row.id, row]));
  const leftAt = { ...window.leftAt };
  let isChanged = false;
  for (const row of changed) {
    const copy = held.get(row.id);
    // A row that left below the loaded part comes back unchanged, with its page.
    if (copy ? row.revision <= copy.revision : row.revision < (leftAt[row.id] ?? 0)) continue;
    if (belongsTo(row, window.scope, window.myId) && isWithin(window, row)) {
      held.set(row.id, row);
      delete leftAt[row.id];
      isChanged = true;
    } else if (held.delete(row.id) || row.id in leftAt) {
      leftAt[row.id] = row.revision;
      isChanged = true;
    }
  }
  if (!isChanged) return window;
  return { ...window, rows: [...held.values()].sort(compareRows(window.scope)), leftAt };
}

function isWithin({ edge, scope }: ListWindow, row: ConversationRow): boolean {
  return edge === null || comparePlaces(placeOf(row, scope), edge, scope) <= 0;
}

/** Repairs the window after a gap. Apply changes that came during the request again after this. */
export function resumeWindow(window: ListWindow, answer: NonNullable<ResumeAnswer['list']>): ListWindow {
  const copies = new Map(window.rows.map((row) => [row.id, row]));
  for (const row of answer.rows) {
    const held = copies.get(row.id);
    if (!held || held.revision < row.revision) copies.set(row.id, row);
  }
  const rows = answer.order
    .map((id) => copies.get(id))
    .filter((row) => row !== undefined)
    .filter((row) => belongsTo(row, window.scope, window.myId));
  const lastId = answer.order.at(-1);
  const last = lastId === undefined ? undefined : copies.get(lastId);
  return {
    ...window,
    rows: rows.sort(compareRows(window.scope)),
    nextCursor: answer.nextCursor,
    edge: answer.nextCursor === null || !last ? null : placeOf(last, window.scope),
    leftAt: {},
  };
}
