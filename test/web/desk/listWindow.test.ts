import { describe, expect, it } from 'vitest';
import type { ListScope } from '../../../shared/conversationLists.ts';
import { addPage, applyRows, openWindow, resumeWindow } from '../../../web/desk/listWindow.ts';
import { atMinute, hexId, sampleRow } from '../support/samples.ts';

const all: ListScope = { filter: 'all', communityId: null, waitingOnly: false };
const me = hexId(700);
const row = (number: number, minute: number, change = {}) =>
  sampleRow({ id: hexId(number), lastActivityAt: atMinute(minute), revision: 1, ...change });
const ids = (window: { rows: readonly { id: string }[] }) =>
  window.rows.map(({ id }) => Number.parseInt(id, 16));

const loaded = openWindow(all, me, { rows: [row(3, 30), row(2, 20)], nextCursor: 'more' });

describe('a list window', () => {
  it('moves a row to the top when its conversation is active again', () => {
    expect(ids(applyRows(loaded, [row(2, 40, { revision: 2 })]))).toEqual([2, 3]);
  });

  it('shows a new row at once when it belongs above the end of what is loaded', () => {
    expect(ids(applyRows(loaded, [row(9, 25)]))).toEqual([3, 9, 2]);
  });

  it('leaves out a conversation without messages', () => {
    expect(applyRows(loaded, [row(9, 40, { lastSeq: 0 })])).toBe(loaded);
  });

  it('ignores a row below the loaded part until its page loads', () => {
    expect(applyRows(loaded, [row(9, 10)])).toBe(loaded);
  });

  it('shows any new row once the list is loaded to its end', () => {
    const whole = addPage(loaded, { rows: [row(1, 10)], nextCursor: null });
    expect(ids(applyRows(whole, [row(9, 5)]))).toEqual([3, 2, 1, 9]);
  });

  it('drops a resolved conversation, and an older copy does not bring it back', () => {
    const left = applyRows(loaded, [row(2, 20, { revision: 3, status: 'resolved' })]);
    expect(ids(left)).toEqual([3]);
    expect(ids(applyRows(left, [row(2, 50, { revision: 2 })]))).toEqual([3]);
    expect(ids(applyRows(left, [row(2, 50, { revision: 4 })]))).toEqual([2, 3]);
  });

  it('drops a snoozed conversation, which is in the list of snoozed ones until it comes back on top', () => {
    const asleep = row(2, 20, { revision: 3, status: 'snoozed', snoozedUntil: atMinute(55) });
    const woken = row(2, 55, { revision: 4, status: 'open', waitingSince: atMinute(1) });
    for (const filter of ['all', 'unassigned'] as const) {
      const left = applyRows({ ...loaded, scope: { ...all, filter } }, [asleep]);
      expect(ids(left)).toEqual([3]);
      expect(ids(applyRows(left, [woken]))).toEqual([2, 3]);
    }
    const snoozed = openWindow({ ...all, filter: 'snoozed' }, me, { rows: [], nextCursor: null });
    expect(ids(applyRows(snoozed, [row(3, 30), asleep]))).toEqual([2]);
    expect(ids(applyRows(applyRows(snoozed, [asleep]), [woken]))).toEqual([]);
  });

  it('shows only conversations that match its filter', () => {
    const mine = openWindow({ ...all, filter: 'mine' }, me, { rows: [], nextCursor: null });
    expect(ids(applyRows(mine, [row(1, 1, { assigneeId: me })]))).toEqual([1]);
    expect(ids(applyRows(mine, [row(1, 1, { assigneeId: hexId(2) })]))).toEqual([]);
    const unassigned = openWindow({ ...all, filter: 'unassigned' }, me, { rows: [], nextCursor: null });
    expect(ids(applyRows(unassigned, [row(1, 1), row(2, 2, { assigneeId: me })]))).toEqual([1]);
    const unread = openWindow({ ...all, waitingOnly: true }, me, { rows: [], nextCursor: null });
    expect(ids(applyRows(unread, [row(1, 1), row(2, 2, { waitingSince: atMinute(1) })]))).toEqual([2]);
    const other = openWindow({ ...all, communityId: hexId(901) }, me, { rows: [], nextCursor: null });
    expect(ids(applyRows(other, [row(1, 1), row(2, 2, { communityId: hexId(901) })]))).toEqual([2]);
  });

  it('orders rows with the same time as the server does, the greater id first', () => {
    const same = openWindow(all, me, { rows: [row(5, 1), row(4, 1)], nextCursor: null });
    expect(ids(applyRows(same, [row(6, 1)]))).toEqual([6, 5, 4]);
  });

  it('does not change when nothing in it has changed', () => {
    expect(applyRows(loaded, [row(3, 30)])).toBe(loaded);
  });

  it("follows the server's order after a gap", () => {
    const resumed = resumeWindow(loaded, {
      order: [hexId(9), hexId(2)],
      rows: [row(9, 50), row(2, 40, { revision: 5 })],
      nextCursor: 'further',
    });
    expect(ids(resumed)).toEqual([9, 2]);
    expect(resumed.nextCursor).toBe('further');
    expect(ids(applyRows(resumed, [row(3, 30)]))).toEqual([9, 2]);
  });
});
