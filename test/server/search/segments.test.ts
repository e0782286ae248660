/** Segments against a plain look through all rows: random rows, merges, periods and pages. */
import fc from 'fast-check';
import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findRows } from '../../../server/search/find/findRows.ts';
import { buildSegment, type Entry } from '../../../server/search/segments/buildSegment.ts';
import { mergeSegments } from '../../../server/search/segments/merge.ts';
import { createPageReader } from '../../../server/search/segments/pageReader.ts';
import {
  type SearchModels,
  type Segment,
  segmentModels,
} from '../../../server/search/segments/segment.model.ts';
import {
  createSegmentList,
  deleteSegments,
  deleteUnfinished,
} from '../../../server/search/segments/segmentList.ts';
import { createSegmentReader } from '../../../server/search/segments/segmentReader.ts';
import {
  LeaseLostError,
  type SegmentWriter,
  startSegment,
} from '../../../server/search/segments/segmentWriter.ts';
import { openTestStore, type TestStore } from '../../support/store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
  await store.build(Object.values(segmentModels(store.connection)) as never);
});
afterAll(() => store[Symbol.asyncDispose]());

const words = ['возврат', 'заказ', 'достав', 'дом', 'дорог', 'refund', 'order', '12390', 'ж'];
const row = fc.record({
  atMs: fc.integer({ min: 1_000, max: 1_200 }),
  terms: fc.uniqueArray(fc.constantFrom(...words), { minLength: 1, maxLength: 5 }),
});

it('finds what a look through all rows finds, in the same order, whatever was merged', async () => {
  const models = segmentModels(store.connection);
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 120 }),
      fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 4 }),
      fc.array(fc.uniqueArray(fc.constantFrom(...words), { minLength: 1, maxLength: 2 }), {
        minLength: 1,
        maxLength: 3,
      }),
      fc.constantFrom('', 'до', 'w'),
      fc.option(fc.tuple(fc.integer({ min: 990, max: 1_210 }), fc.integer({ min: 990, max: 1_210 }))),
      async (rows, merges, clauses, beginning, period) => {
        const companyId = new Types.ObjectId();
        const about = { companyId, generations: [1] };
        const pages = createPageReader(models.searchPages, { keptBytesMost: 100_000 });
        const reader = createSegmentReader(pages);
        const entries = rows.map(({ atMs, terms }, at) => ({
          atMs,
          messageId: new Types.ObjectId(),
          conversationId: new Types.ObjectId(),
          version: 1,
          terms: terms.map((word) => `w${word}`),
          part: at % 6,
        }));
        const parts = Array.from({ length: 6 }, (_, part) => entries.filter((entry) => entry.part === part));
        let segments: Segment[] = [];
        for (const part of parts) {
          const segment = await buildSegment(models, about, part as Entry[]);
          if (segment) segments.push(segment);
        }
        for (const [a, b] of merges) {
          const sources = [...new Set([segments[a % segments.length]!, segments[b % segments.length]!])];
          if (sources.length < 2) continue;
          await mergeSegments(
            { models, pages, stopping: new AbortController().signal },
            { ...about, sources },
          );
          await deleteSegments(
            models,
            sources.map(({ _id }) => _id),
          );
          segments = await createSegmentList(models).live(companyId, 1);
        }

        const asked = clauses.map((some) => ({
          terms: some.map((word) => `w${word}`),
          beginnings: beginning === '' ? [] : [`w${beginning}`],
        }));
        const [fromMs, beforeMs] = period ?? [undefined, undefined];
        const expected = entries
          .filter(({ atMs }) => atMs >= (fromMs ?? 0) && atMs < (beforeMs ?? Number.POSITIVE_INFINITY))
          .filter(({ terms }) =>
            asked.every(
              (clause) =>
                terms.some((term) => clause.terms.includes(term)) ||
                terms.some((term) => clause.beginnings.some((start) => term.startsWith(start))),
            ),
          )
          .sort((a, b) => b.atMs - a.atMs || (a.messageId.toHexString() < b.messageId.toHexString() ? 1 : -1))
          .map(({ messageId }) => messageId.toHexString());
        const find = async (after: { atMs: number; messageId: Types.ObjectId } | null, most: number) => {
          const found = [];
          for await (const each of findRows(reader, segments, { clauses: asked, after, fromMs, beforeMs })) {
            found.push(each);
            if (found.length === most) break;
          }
          return found;
        };
        const all = await find(null, Number.POSITIVE_INFINITY);
        expect(all.map(({ messageId }) => messageId.toHexString())).toEqual(expected);
        // Page by page, the same.
        const paged: string[] = [];
        for (let after = null as (typeof all)[number] | null; ; ) {
          const page = await find(after, 7);
          paged.push(...page.map(({ messageId }) => messageId.toHexString()));
          after = page.at(-1) ?? null;
          if (page.length < 7) break;
        }
        expect(paged).toEqual(expected);
        await deleteSegments(
          models,
          segments.map(({ _id }) => _id),
        );
      },
    ),
    { numRuns: 20, endOnFailure: true },
  );
});

const entryOf = (messageId: Types.ObjectId, version: number, ...terms: string[]): Entry => ({
  atMs: 1_000,
  messageId,
  conversationId: new Types.ObjectId(),
  version,
  terms,
});

it('keeps the newest version of a message when a merge finds two, in whichever segment it is', async () => {
  const models = segmentModels(store.connection);
  const pages = createPageReader(models.searchPages, { keptBytesMost: 100_000 });
  const about = { companyId: new Types.ObjectId(), generations: [1] };
  const [first, second] = [new Types.ObjectId(), new Types.ObjectId()];
  const sources = [
    await buildSegment(models, about, [entryOf(first, 1, 'wстарое'), entryOf(second, 4, 'wновое')]),
    await buildSegment(models, about, [entryOf(first, 2, 'wновое'), entryOf(second, 3, 'wстарое')]),
  ] as Segment[];
  const merged = await mergeSegments(
    { models, pages, stopping: new AbortController().signal },
    { ...about, sources },
  );
  expect(merged!.rows).toBe(2);
  const found = async (term: string) => {
    const rows = [];
    const clauses = [{ terms: [term], beginnings: [] }];
    for await (const { messageId, version } of findRows(createSegmentReader(pages), [merged!], {
      clauses,
      after: null,
    }))
      rows.push([messageId.toHexString(), version]);
    return rows.sort();
  };
  expect(await found('wновое')).toEqual(
    [
      [first.toHexString(), 2],
      [second.toHexString(), 4],
    ].sort(),
  );
  expect(await found('wстарое')).toEqual([]);
});

describe('a writer that was stopped for longer than its lease', () => {
  const write = async (holdsLease: () => Promise<boolean>) => {
    const models = segmentModels(store.connection);
    const about = { companyId: new Types.ObjectId(), generations: [1], holdsLease };
    const writer = await startSegment(models, about);
    const { terms, ...row } = entryOf(new Types.ObjectId(), 1, 'wслово');
    await writer.addRow(row);
    for (const term of terms) await writer.addTerm(term, [0]);
    return { models, writer, companyId: about.companyId };
  };
  const isNothingLeft = async ({ searchSegments, searchPages }: SearchModels, writer: SegmentWriter) =>
    (await searchSegments.countDocuments({ _id: writer.segmentId })) === 0 &&
    (await searchPages.countDocuments({ segmentId: writer.segmentId })) === 0;

  it('makes nothing live when the next holder has begun', async () => {
    const { models, writer, companyId } = await write(async () => true);
    await deleteUnfinished(models, companyId);
    await expect(writer.finish()).rejects.toThrow(LeaseLostError);
    expect(await isNothingLeft(models, writer)).toBe(true);
  });

  it('makes nothing live when another process has the lease', async () => {
    const { models, writer } = await write(async () => false);
    await expect(writer.finish()).rejects.toThrow(LeaseLostError);
    expect(await isNothingLeft(models, writer)).toBe(true);
  });

  it('leaves a segment alone that became live before', async () => {
    const { models, writer, companyId } = await write(async () => true);
    const segment = await writer.finish();
    await deleteUnfinished(models, companyId);
    expect((await createSegmentList(models).live(companyId, 1)).map(({ _id }) => _id)).toEqual([
      segment!._id,
    ]);
  });
});
