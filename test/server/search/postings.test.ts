/** Postings and dictionary pages against plain sets and plain lists. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  compareTerms,
  DictionaryPageWriter,
  entriesBeginning,
  findEntry,
  readDictionaryPage,
} from '../../../server/search/segments/dictionary.ts';
import { baseOf, decodeGroup, encodePostings } from '../../../server/search/segments/postings.ts';
import {
  GROUP_SLOTS,
  intersect,
  listOf,
  type SlotSet,
  unite,
} from '../../../server/search/segments/slotSet.ts';

/** From a few slots to nearly all of a group, so that lists meet bitmaps. */
const oneGroup = fc
  .tuple(fc.constantFrom(3, 400, 5_000, 40_000), fc.integer({ min: 1, max: 2 ** 31 - 1 }))
  .map(([count, seed]) => {
    const slots = new Set<number>();
    let state = seed;
    for (let at = 0; at < count; at += 1) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      slots.add((state >>> 8) % GROUP_SLOTS);
    }
    return [...slots].sort((a, b) => a - b);
  });

const stored = (slots: number[]): SlotSet => {
  const { groups, bytes } = encodePostings(slots);
  return decodeGroup(bytes, groups[0]!);
};

it('unites and intersects groups as plain sets do, whether stored as lists or as bitmaps', () => {
  fc.assert(
    fc.property(fc.array(oneGroup, { minLength: 1, maxLength: 4 }), (lists) => {
      const sets = lists.map(stored);
      const united = [...new Set(lists.flat())].sort((a, b) => a - b);
      expect([...listOf(unite(sets))]).toEqual(united);
      const common = lists.map((list) => new Set(list));
      expect([...intersect(sets)]).toEqual(lists[0]!.filter((slot) => common.every((set) => set.has(slot))));
      // A united set is asked again like a stored one.
      expect([...intersect([unite(sets), sets[0]!])]).toEqual(lists[0]);
    }),
    { numRuns: 25 },
  );
});

it('reads back slots of several groups', () => {
  const slots = [0, 7, GROUP_SLOTS - 1, GROUP_SLOTS, 3 * GROUP_SLOTS + 5, 3 * GROUP_SLOTS + 6];
  const { groups, bytes } = encodePostings(slots);
  const read = groups.flatMap((group) =>
    Array.from(
      listOf(decodeGroup(bytes.subarray(group.offset, group.offset + group.length), group)),
      (slot) => baseOf(group) + slot,
    ),
  );
  expect(read).toEqual(slots);
});

it('finds in a dictionary page what a look through all its terms finds', () => {
  const letters = fc.constantFrom('а', 'б', 'ё', 'w', 'z', '1', '😀', '😁', '﹘');
  const term = fc.array(letters, { minLength: 1, maxLength: 6 }).map((some) => some.join(''));
  fc.assert(
    fc.property(
      fc.uniqueArray(term, { minLength: 1, maxLength: 60 }),
      fc.array(term, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 5 }),
      (terms, others, most) => {
        const page = pageOf(terms);
        const all = [...readDictionaryPage(page)];
        for (const wanted of [...terms, ...others]) {
          expect(findEntry(page, wanted)).toEqual(all.find((entry) => entry.term === wanted) ?? null);
          expect(entriesBeginning(page, wanted, most)).toEqual(
            all.filter((entry) => entry.term.startsWith(wanted)).slice(0, most),
          );
        }
      },
    ),
    { numRuns: 200 },
  );
});

/** Each term at other slots, some of them too many to stand in the page itself. */
function pageOf(terms: string[]): Buffer {
  const writer = new DictionaryPageWriter();
  let offset = 0;
  for (const [at, term] of terms.sort(compareTerms).entries()) {
    const slots = Array.from(
      { length: at % 3 === 0 ? 40 : 2 },
      (_, no) => at + no * (at % 5 === 0 ? 70_000 : 300),
    );
    const postings = encodePostings(slots);
    if (writer.add(term, postings, offset)) offset += postings.bytes.length;
  }
  return writer.take();
}
