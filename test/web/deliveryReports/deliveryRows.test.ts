/** A list that is refreshed repeatedly shows what a fresh read would. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeliveriesPage, DeliveryRow, DeliverySearch } from '../../../shared/schemas/delivery.ts';
import {
  type DeliveryRows,
  firstRows,
  movingIds,
  withLook,
  withOlder,
} from '../../../web/deliveryReports/deliveryRows.ts';

const hex = (n: number) => n.toString(16).padStart(24, '0');

function row(n: number, about: Partial<DeliveryRow> = {}): DeliveryRow {
  const at = new Date(Date.UTC(2026, 0, 1) + Math.floor(n / 3) * 1000).toISOString();
  return {
    id: hex(n),
    acceptedAt: at,
    phone: '+79990000001',
    template: 'orderReady',
    communityId: hex(1),
    network: 'vk',
    status: 'queued',
    statusAt: at,
    sequence: 0,
    code: null,
    expiresAt: at,
    canCancel: false,
    canTryAgain: false,
    againId: null,
    ...about,
  };
}

/** The server's answer, from rows in the order in which they were accepted. */
class StoredRows {
  rows: DeliveryRow[] = [];
  newestFirst(): DeliveryRow[] {
    return [...this.rows].reverse();
  }
  page(limit: number, before?: string | null, known: string[] = []): DeliveriesPage {
    const all = this.newestFirst();
    const begin = before ? all.findIndex(({ id }) => id === before.split('_')[1]) + 1 : 0;
    const rows = all.slice(begin, begin + limit);
    const last = rows.at(-1);
    return {
      rows,
      known: all.filter(({ id }) => known.includes(id)),
      nextCursor: last && begin + limit < all.length ? cursorOf(last) : null,
      searchedTo: null,
    };
  }
}
const cursorOf = ({ acceptedAt, id }: DeliveryRow) => `${new Date(acceptedAt).getTime()}_${id}`;
const all: DeliverySearch = { view: 'all' };

const step = fc.oneof(
  fc.record({ do: fc.constant('accept' as const), count: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ do: fc.constant('move' as const), which: fc.nat(40) }),
  fc.record({ do: fc.constant('look' as const) }),
  fc.record({ do: fc.constant('older' as const) }),
);

describe('the rows that a tab holds', () => {
  it('are the newest on the server, without gaps and up to date, after any refreshes', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const stored = new StoredRows();
        let held: DeliveryRows = firstRows(stored.page(5));
        const look = () => {
          held = withLook(held, stored.page(5, null, movingIds(held)), all);
        };
        for (const now of steps) {
          if (now.do === 'accept')
            for (let n = 0; n < now.count; n++) stored.rows.push(row(stored.rows.length));
          if (now.do === 'move' && stored.rows[now.which])
            stored.rows = stored.rows.map((each, at) =>
              at === now.which ? { ...each, sequence: each.sequence + 1, status: 'sent' } : each,
            );
          if (now.do === 'look') look();
          if (now.do === 'older' && held.nextCursor) held = withOlder(held, stored.page(5, held.nextCursor));
        }
        look();
        const fresh = stored.newestFirst();
        const begin = fresh.findIndex(({ id }) => id === held.rows[0]?.id);
        if (!held.isBehind) expect(begin <= 0).toBe(true);
        expect(held.rows).toEqual(begin === -1 ? [] : fresh.slice(begin, begin + held.rows.length));
        // The next page continues where the rows end.
        const rest = held.nextCursor ? stored.page(1_000, held.nextCursor).rows : [];
        expect([...held.rows, ...rest]).toEqual(begin === -1 ? [] : fresh.slice(begin));
      }),
    );
  });

  it('drop a row that no longer matches the filter', () => {
    const held = firstRows({ rows: [row(4), row(2)], known: [], nextCursor: null, searchedTo: null });
    const look = {
      rows: [row(4)],
      known: [row(2, { status: 'sent', sequence: 1 })],
      nextCursor: null,
      searchedTo: null,
    };
    expect(withLook(held, look, { view: 'all', status: 'queued' }).rows).toEqual([row(4)]);
  });

  it('keep a newer copy when an older one arrives late', () => {
    const sent = row(2, { status: 'sent', sequence: 1 });
    const held = firstRows({ rows: [sent], known: [], nextCursor: null, searchedTo: null });
    const late = { rows: [row(2)], known: [], nextCursor: null, searchedTo: null };
    expect(withLook(held, late, all).rows).toEqual([sent]);
  });

  it('are not replaced by a refresh that returned only some of the new rows', () => {
    const held = firstRows({ rows: [row(2)], known: [], nextCursor: null, searchedTo: null });
    const part = { rows: [], known: [], nextCursor: cursorOf(row(900)), searchedTo: row(900).acceptedAt };
    expect(withLook(held, part, all)).toMatchObject({ rows: [row(2)], isBehind: true });
  });
});
