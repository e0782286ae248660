/**
 * Writes one segment: its rows in the order of time, then its terms in their order, then the segment itself. Until the
 * last write it is `writing`, so a crash leaves nothing that a search could see; `deleteUnfinished` removes the rest.
 */
import { Types } from 'mongoose';
import { insertEach, throwUnless } from '../../storage/bulkWrites.ts';
import { DictionaryPageWriter } from './dictionary.ts';
import { encodePostings } from './postings.ts';
import { type IndexedRow, ROW_BYTES, ROWS_PER_PAGE, writeRow } from './rows.ts';
import { type PageKind, pageId, type SearchModels, type Segment, type SegmentPage } from './segment.model.ts';
import { deleteSegments } from './segmentList.ts';

export const POSTINGS_PAGE_BYTES = 32_768;
/** Pages of one insert, at most 1 MB. */
const PAGES_PER_INSERT = 32;

export interface SegmentAbout extends Pick<Segment, 'companyId' | 'generations'> {
  mergedFrom?: Types.ObjectId[];
  /** Asked right before the segment becomes live: whether this process still holds the indexer's lease. */
  holdsLease?(): Promise<boolean>;
}

/** Another process indexes by now, so nothing was made live. What was to be indexed is still marked. */
export class LeaseLostError extends Error {}

export interface SegmentWriter {
  segmentId: Types.ObjectId;
  /** Ascending by time and message id. */
  addRow(row: IndexedRow): Promise<void>;
  /** Ascending by term, after all rows; slots ascending. A term without slots is left out. */
  addTerm(term: string, slots: ArrayLike<number>): Promise<void>;
  /** Makes the segment live, or removes it when it has no rows. Rejects with `LeaseLostError`. */
  finish(): Promise<Segment | null>;
}

export async function startSegment(models: SearchModels, about: SegmentAbout): Promise<SegmentWriter> {
  const { searchSegments, searchPages } = models;
  const segmentId = new Types.ObjectId();
  const { companyId, generations, mergedFrom = [], holdsLease = async () => true } = about;
  await searchSegments.collection.insertOne({
    _id: segmentId,
    companyId,
    generations,
    state: 'writing',
  } as never);

  const waiting: SegmentPage[] = [];
  const counts: Record<PageKind, number> = { terms: 0, postings: 0, rows: 0 };
  const firstTerms: string[] = [];
  const firstTimes: number[] = [];
  let bytes = 0;

  async function store(kind: PageKind, page: Buffer): Promise<void> {
    waiting.push({ _id: pageId(segmentId, kind, counts[kind]++), segmentId, bytes: page });
    bytes += page.length;
    if (waiting.length >= PAGES_PER_INSERT) await flush();
  }

  async function flush(): Promise<void> {
    if (waiting.length === 0) return;
    throwUnless(await insertEach(searchPages.collection, waiting.splice(0)));
  }

  let rowPage = Buffer.alloc(ROWS_PER_PAGE * ROW_BYTES);
  let rows = 0;
  let lastMs = 0;
  const dictionary = new DictionaryPageWriter();
  let stream: Buffer[] = [];
  let streamBytes = 0;
  let streamed = 0;

  async function storeRows(): Promise<void> {
    const count = rows % ROWS_PER_PAGE || ROWS_PER_PAGE;
    await store('rows', rowPage.subarray(0, count * ROW_BYTES));
    rowPage = Buffer.alloc(ROWS_PER_PAGE * ROW_BYTES);
  }

  async function storeTerms(): Promise<void> {
    firstTerms.push(dictionary.firstTerm!);
    await store('terms', dictionary.take());
  }

  async function storePostings(isLast: boolean): Promise<void> {
    if (streamBytes < POSTINGS_PAGE_BYTES && !isLast) return;
    let all = Buffer.concat(stream);
    while (all.length >= POSTINGS_PAGE_BYTES || (isLast && all.length > 0)) {
      await store('postings', Buffer.from(all.subarray(0, POSTINGS_PAGE_BYTES)));
      all = all.subarray(POSTINGS_PAGE_BYTES);
    }
    stream = all.length > 0 ? [all] : [];
    streamBytes = all.length;
  }

  return {
    segmentId,
    async addRow(row) {
      const at = rows % ROWS_PER_PAGE;
      if (at === 0) firstTimes.push(row.atMs);
      writeRow(rowPage, at, row);
      rows += 1;
      lastMs = row.atMs;
      if (at === ROWS_PER_PAGE - 1) await storeRows();
    },
    async addTerm(term, slots) {
      if (slots.length === 0) return;
      const encoded = encodePostings(slots);
      if (dictionary.add(term, encoded, streamed)) {
        stream.push(encoded.bytes);
        streamBytes += encoded.bytes.length;
        streamed += encoded.bytes.length;
        if (streamBytes >= POSTINGS_PAGE_BYTES) await storePostings(false);
      }
      if (dictionary.isFull) await storeTerms();
    },
    async finish() {
      if (rows === 0) {
        await searchSegments.deleteOne({ _id: segmentId });
        return null;
      }
      if (rows % ROWS_PER_PAGE !== 0) await storeRows();
      if (dictionary.firstTerm !== null) await storeTerms();
      await storePostings(true);
      await flush();
      const segment: Segment = {
        _id: segmentId,
        companyId,
        generations,
        state: 'live',
        rows,
        firstAt: new Date(firstTimes[0]!),
        lastAt: new Date(lastMs),
        firstTerms,
        firstTimes,
        bytes,
        mergedFrom,
      };
      const { _id, ...set } = segment;
      const isLive =
        (await holdsLease()) &&
        (await searchSegments.collection.updateOne({ _id, state: 'writing' }, { $set: set })).matchedCount ===
          1;
      if (isLive) return segment;
      await deleteSegments(models, [segmentId]);
      throw new LeaseLostError('another process holds the lease of the search indexer');
    },
  };
}
