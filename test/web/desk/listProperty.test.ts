/** The state rule for the list: changes applied to an old window, with a gap and a resume, equal a fresh read. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  belongsTo,
  comparePlaces,
  compareRows,
  type ListScope,
  placeOf,
} from '../../../shared/conversationLists.ts';
import { type ConversationRow, conversationFilters } from '../../../shared/schemas/conversation.ts';
import { addPage, applyRows, openWindow, resumeWindow } from '../../../web/desk/listWindow.ts';
import { atMinute, hexId, sampleRow } from '../support/samples.ts';

const me = hexId(700);
const PAGE = 4;

/** A small model of the server: all rows, changed one at a time, read by pages. */
function createDesk(scope: ListScope) {
  const rows = new Map<string, ConversationRow>();
  const listed = () => [...rows.values()].filter((row) => belongsTo(row, scope, me)).sort(compareRows(scope));
  const after = (cursor: string | null) => {
    if (cursor === null) return listed();
    const [at = '', id = ''] = cursor.split('|');
    return listed().filter((row) => comparePlaces(placeOf(row, scope), { at, id }, scope) > 0);
  };
  const cursorOf = (rest: ConversationRow[], limit: number) => {
    const last = rest[limit - 1];
    return rest.length > limit && last ? `${placeOf(last, scope).at}|${last.id}` : null;
  };
  return {
    listed,
    change: (id: string, what: Partial<ConversationRow>): ConversationRow => {
      const held = rows.get(id) ?? sampleRow({ id });
      const row = { ...held, ...what, revision: held.revision + 1 };
      rows.set(id, row);
      return row;
    },
    page: (cursor: string | null) => {
      const rest = after(cursor);
      return { rows: rest.slice(0, PAGE), nextCursor: cursorOf(rest, PAGE) };
    },
    resume: (held: readonly ConversationRow[]) => {
      const limit = Math.max(held.length, PAGE);
      const order = listed().slice(0, limit);
      const known = new Map(held.map((row) => [row.id, row.revision]));
      return {
        order: order.map((row) => row.id),
        rows: order.filter((row) => known.get(row.id) !== row.revision),
        nextCursor: cursorOf(listed(), limit),
      };
    },
  };
}

const rowChange = fc.record(
  {
    lastActivityAt: fc.nat(40).map(atMinute),
    status: fc.constantFrom('open' as const, 'pending' as const, 'resolved' as const),
    assigneeId: fc.constantFrom(null, me, hexId(701)),
    waitingSince: fc.option(fc.nat(20).map(atMinute)),
  },
  { requiredKeys: [] },
);
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('change' as const),
      id: fc.integer({ min: 1, max: 15 }).map(hexId),
      what: rowChange,
      isLost: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('more' as const), while: fc.nat(3) }) },
);
const scopes = fc.record({
  filter: fc.constantFrom(...conversationFilters),
  communityId: fc.constant(null),
  waitingOnly: fc.boolean(),
});

it('holds after any losses and a resume what a fresh read of as many rows holds', () => {
  fc.assert(
    fc.property(
      scopes,
      fc.array(rowChange, { maxLength: 15 }),
      fc.array(step, { maxLength: 40 }),
      (scope, before, steps) => {
        const desk = createDesk(scope);
        before.forEach((what, at) => {
          desk.change(hexId(at + 1), what);
        });
        let window = openWindow(scope, me, desk.page(null));
        for (const one of steps) {
          if (one.do === 'change') {
            const row = desk.change(one.id, one.what);
            if (!one.isLost) window = applyRows(window, [row]);
          } else if (window.nextCursor !== null) {
            const page = desk.page(window.nextCursor);
            const meanwhile = Array.from({ length: one.while }, (_, at) =>
              desk.change(hexId(at + 3), { lastActivityAt: atMinute(at * 13) }),
            );
            window = applyRows(window, meanwhile);
            window = applyRows(addPage(window, page), meanwhile);
          }
        }
        const answer = desk.resume(window.rows);
        window = resumeWindow(window, answer);
        expect(window.rows).toEqual(desk.listed().slice(0, answer.order.length));
        expect(window.edge === null).toBe(answer.nextCursor === null);
      },
    ),
    { numRuns: 400 },
  );
});

it('needs no resume when nothing is lost', () => {
  fc.assert(
    fc.property(
      scopes,
      fc.array(rowChange, { maxLength: 15 }),
      fc.array(step, { maxLength: 40 }),
      (scope, before, steps) => {
        const desk = createDesk(scope);
        before.forEach((what, at) => {
          desk.change(hexId(at + 1), what);
        });
        let window = openWindow(scope, me, desk.page(null));
        for (const one of steps) {
          if (one.do === 'change') window = applyRows(window, [desk.change(one.id, one.what)]);
          else if (window.nextCursor !== null) window = addPage(window, desk.page(window.nextCursor));
        }
        const { edge } = window;
        const fresh = desk
          .listed()
          .filter((row) => edge === null || comparePlaces(placeOf(row, scope), edge, scope) <= 0);
        expect(window.rows).toEqual(fresh);
      },
    ),
    { numRuns: 400 },
  );
});
