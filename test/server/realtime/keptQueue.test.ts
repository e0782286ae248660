/** The state rule for counters: changes, in any order around a read, give what a fresh read gives. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createKeptQueue } from '../../../server/realtime/keptQueue.ts';
import { belongsTo, type ListScope } from '../../../shared/conversationLists.ts';
import { limits } from '../../../shared/limits.ts';
import type { ConversationRow } from '../../../shared/schemas/conversation.ts';
import { atMinute, hexId, sampleRow } from '../../web/support/samples.ts';

const me = hexId(700);
const scope: ListScope = { filter: 'mine', communityId: null, waitingOnly: true };
const mineSince = (minute: number) => ({ assigneeId: me, waitingSince: atMinute(minute) });

/** All conversations as the store has them. */
function createStored() {
  const rows = new Map<string, ConversationRow>();
  const waiting = () => [...rows.values()].filter((row) => belongsTo(row, scope, me));
  return {
    waiting,
    change(number: number, what: Partial<ConversationRow>): ConversationRow {
      const id = hexId(number);
      const held = rows.get(id) ?? sampleRow({ id });
      const row = { ...held, ...what, revision: held.revision + 1 };
      rows.set(id, row);
      return row;
    },
    first: () =>
      waiting()
        .sort((a, b) => (a.waitingSince! < b.waitingSince! ? -1 : 1))
        .slice(0, limits.countedUpTo),
  };
}

const what = fc.record(
  {
    status: fc.constantFrom('open' as const, 'pending' as const, 'resolved' as const, 'snoozed' as const),
    assigneeId: fc.constantFrom(me, me, null),
    waitingSince: fc.option(fc.nat(50).map(atMinute)),
  },
  { requiredKeys: [] },
);
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ number: fc.integer({ min: 1, max: 150 }), what, isDuringRead: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.constant('read' as const) },
);

it('counts what waits, whatever changed before, during and after its reads', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.nat(140), async (steps, manyBefore) => {
      const stored = createStored();
      for (let number = 1; number <= manyBefore; number += 1) stored.change(number, mineSince(number % 60));
      const kept = createKeptQueue(scope, me);
      expect(kept.count()).toBeNull();
      const read = (during: ConversationRow[]) =>
        kept.read(async () => {
          const found = stored.first();
          for (const row of during) kept.apply(row);
          return found;
        });
      for (const one of steps) {
        if (one === 'read') {
          await read([]);
          continue;
        }
        const row = stored.change(one.number, one.what);
        // The read sees this change already, and the change comes while it is under way.
        if (one.isDuringRead) await read([row]);
        else kept.apply(row);
      }
      if (kept.needsRead()) await read([]);
      expect(kept.count()).toBe(Math.min(stored.waiting().length, limits.countedUpTo));
    }),
    { numRuns: 300 },
  );
});

it('is read again once it holds fewer than it shows, because more may wait', async () => {
  const stored = createStored();
  for (let number = 1; number <= 130; number += 1) stored.change(number, mineSince(number % 60));
  const kept = createKeptQueue(scope, me);
  await kept.read(async () => stored.first());
  expect([kept.count(), kept.needsRead()]).toEqual([limits.countedUpTo, false]);
  const [longest] = stored.first();
  kept.apply(stored.change(Number.parseInt(longest!.id, 16), { status: 'resolved' }));
  expect([kept.count(), kept.needsRead()]).toEqual([limits.countedUpTo, true]);
});

it('holds a bounded number, however many wait', async () => {
  const stored = createStored();
  const kept = createKeptQueue(scope, me);
  await kept.read(async () => []);
  const rows = Array.from({ length: 1_000 }, (_, at) => stored.change(at + 1, mineSince(at % 60)));
  for (const row of rows) kept.apply(row);
  expect([kept.count(), kept.needsRead()]).toEqual([limits.countedUpTo, false]);
  // Most of the others were not held: resolving them all asks for a read and cannot show too few meanwhile.
  for (const { id } of rows.slice(0, 990))
    kept.apply(stored.change(Number.parseInt(id, 16), { status: 'resolved' }));
  expect([kept.count(), kept.needsRead()]).toEqual([limits.countedUpTo, true]);
  await kept.read(async () => stored.first());
  expect(kept.count()).toBe(10);
});

it('asks to be read again after a failed read, and keeps what it had', async () => {
  const stored = createStored();
  const kept = createKeptQueue(scope, me);
  stored.change(1, mineSince(1));
  await kept.read(async () => stored.first());
  kept.distrust();
  await expect(kept.read(() => Promise.reject(new Error('away')))).rejects.toThrow('away');
  expect([kept.count(), kept.needsRead()]).toEqual([1, true]);
});
