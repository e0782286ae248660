import { describe, expect, it } from 'vitest';
import { duesOf, shownDue } from '../../../shared/calendar/targets.ts';
import { createCalendar } from '../../../shared/calendar/workingTime.ts';

const office = { fromMinute: 9 * 60, toMinute: 18 * 60 };
const calendar = createCalendar({
  timeZone: 'UTC',
  days: [office, office, office, office, office, null, null],
  holidays: [],
});
const targets = { firstAnswer: 60, nextAnswer: 10, resolution: 4 * 60 };
const at = (iso: string) => Date.parse(iso);
const wait = (iso: string, more = {}) => ({ sinceMs: at(iso), isCaseAnswered: false, waitedMs: 0, ...more });
const shown = (iso: string, since: ReturnType<typeof wait>) => shownDue(calendar, targets, since, at(iso));

describe('what a waiting client is due', () => {
  it('is the first answer alone until somebody has answered, however short the next target is', () => {
    const kinds = (isCaseAnswered: boolean) =>
      duesOf(calendar, targets, wait('2026-11-25T10:00Z', { isCaseAnswered })).map(({ kind }) => kind);
    expect(kinds(false)).toEqual(['firstAnswer', 'resolution']);
    expect(kinds(true)).toEqual(['nextAnswer', 'resolution']);
    const withoutFirst = { ...targets, firstAnswer: null, resolution: null };
    expect(duesOf(calendar, withoutFirst, wait('2026-11-25T10:00Z'))).toEqual([]);
  });

  it('counts from the next working minute for a message outside the hours', () => {
    // 27 November 2026 is a Friday.
    expect(shown('2026-11-27T22:00Z', wait('2026-11-27T21:00Z'))).toEqual({
      kind: 'firstAnswer',
      dueMs: at('2026-11-30T10:00Z'),
      state: 'fine',
      leftMs: 60 * 60_000,
    });
  });

  it('turns before it is late, and then says by how much working time it is', () => {
    const since = wait('2026-11-25T17:30Z');
    expect(shown('2026-11-26T09:14Z', since)).toMatchObject({ state: 'fine', leftMs: 16 * 60_000 });
    expect(shown('2026-11-26T09:15Z', since)).toMatchObject({ state: 'soon', leftMs: 15 * 60_000 });
    expect(shown('2026-11-26T09:30Z', since)).toMatchObject({ state: 'late', leftMs: 0 });
    expect(shown('2026-11-27T08:00Z', since)).toMatchObject({ state: 'late', leftMs: 8.5 * 60 * 60_000 });
  });

  it('counts earlier waits of the case toward its resolution, and not the time between them', () => {
    const since = wait('2026-11-26T10:00Z', { isCaseAnswered: true, waitedMs: 235 * 60_000 });
    expect(shown('2026-11-26T10:00Z', since)).toMatchObject({
      kind: 'resolution',
      dueMs: at('2026-11-26T10:05Z'),
    });
    const spent = wait('2026-11-26T10:00Z', { isCaseAnswered: true, waitedMs: 300 * 60_000 });
    expect(shown('2026-11-26T10:00Z', spent)).toMatchObject({
      state: 'late',
      dueMs: at('2026-11-26T10:00Z'),
    });
  });
});
