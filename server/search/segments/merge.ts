/**
 * Merges segments into one, page by page, and leaves out rows that are gone: replaced by a newer row of the same
 * message, or erased. Memory holds a number per row of the sources, and a few pages of each.
 */
import { setImmediate } from 'node:timers/promises';
import { compareTerms, readDictionaryPage, type TermEntry } from './dictionary.ts';
import type { PageReader } from './pageReader.ts';
import { baseOf } from './postings.ts';
import { ROW_BYTES, readRow } from './rows.ts';
import { pageId, type SearchModels, type Segment } from './segment.model.ts';
import { createSegmentReader } from './segmentReader.ts';
import { type SegmentAbout, startSegment } from './segmentWriter.ts';
import { listOf } from './slotSet.ts';

const GONE = 0xffff_ffff;
/** The event loop belongs to clients' messages: a merge gives way after this. */
const SLICE_MS = 4;
const PAGES_AHEAD = 16;

export interface MergeDeps {
  models: SearchModels;
  pages: PageReader;
  /** Rejects or aborts between slices. */
  stopping: AbortSignal;
}

export interface MergeAbout extends Omit<SegmentAbout, 'mergedFrom'> {
  sources: readonly Segment[];
  /** Rows to leave out. */
  isGone?(segment: Segment, slot: number): boolean;
}

/** Null when no row is left, or when it was stopped. */
export async function mergeSegments(
  { models, pages, stopping }: MergeDeps,
  { sources, isGone = () => false, ...about }: MergeAbout,
): Promise<Segment | null> {
  const breathe = createBreather(stopping);
  const writer = await startSegment(models, {
    ...about,
    mergedFrom: sources.map(({ _id }) => _id),
  });
  const remapped = sources.map(({ rows }) => new Uint32Array(rows).fill(GONE));
  await mergeRows();
  await mergeTerms();
  return writer.finish();

  async function mergeRows(): Promise<void> {
    const cursors = sources.map((segment) => rowCursor(pages, segment));
    await Promise.all(cursors.map((cursor) => cursor.load()));
    let slot = 0;
    for (;;) {
      await breathe();
      let first = -1;
      for (const [at, cursor] of cursors.entries()) {
        if (cursor.place === null) continue;
        const order = first < 0 ? -1 : Buffer.compare(cursor.place, cursors[first]!.place!);
        if (order < 0) first = at;
        else if (order === 0) {
          // The same message again: its newest version stays.
          const older = cursor.row().version > cursors[first]!.row().version ? first : at;
          if (older === first) first = at;
          await cursors[older]!.next();
        }
      }
      if (first < 0) return;
      const cursor = cursors[first]!;
      if (!isGone(sources[first]!, cursor.slot)) {
        await writer.addRow(cursor.row());
        remapped[first]![cursor.slot] = slot++;
      }
      await cursor.next();
    }
  }

  async function mergeTerms(): Promise<void> {
    const reader = createSegmentReader(pages);
    const cursors = sources.map((segment) => termCursor(pages, segment));
    await Promise.all(cursors.map((cursor) => cursor.load()));
    for (;;) {
      await breathe();
      let term: string | null = null;
      for (const { entry } of cursors)
        if (entry && (term === null || compareTerms(entry.term, term) < 0)) term = entry.term;
      if (term === null) return;
      const lists: number[][] = [];
      for (const [at, cursor] of cursors.entries()) {
        const { entry } = cursor;
        if (entry?.term !== term) continue;
        const groups = await reader.readGroups(
          entry.groups.map((group) => ({ segment: sources[at]!, entry, group })),
        );
        const list: number[] = [];
        for (const [of, group] of groups.entries()) {
          const base = baseOf(entry.groups[of]!);
          for (const slot of listOf(group)) {
            const moved = remapped[at]![base + slot]!;
            if (moved !== GONE) list.push(moved);
          }
        }
        if (list.length > 0) lists.push(list);
        await cursor.next();
      }
      await writer.addTerm(term, lists.length === 1 ? lists[0]! : joined(lists));
    }
  }
}

function joined(lists: readonly number[][]): Uint32Array {
  const all = Uint32Array.from(lists.flat());
  return all.sort();
}

/** Lets other work run every few milliseconds; rejects when the process is closing. */
function createBreather(stopping: AbortSignal): () => Promise<void> | void {
  let since = performance.now();
  return () => {
    if (performance.now() - since < SLICE_MS) return;
    return setImmediate().then(() => {
      stopping.throwIfAborted();
      since = performance.now();
    });
  };
}

function rowCursor(pages: PageReader, segment: Segment) {
  let page: Buffer = Buffer.alloc(0);
  let at = 0;
  let pageNo = -1;
  const cursor = {
    slot: -1,
    place: null as Buffer | null,
    row: () => readRow(page, at),
    load: () => cursor.next(),
    async next(): Promise<void> {
      cursor.slot += 1;
      at += 1;
      if (cursor.slot >= segment.rows) {
        cursor.place = null;
        return;
      }
      if (at * ROW_BYTES >= page.length) {
        pageNo += 1;
        at = 0;
        const id = pageId(segment._id, 'rows', pageNo);
        page = (await pages.read([id])).get(id)!;
      }
      cursor.place = page.subarray(at * ROW_BYTES, at * ROW_BYTES + 18);
    },
  };
  return cursor;
}

function termCursor(pages: PageReader, segment: Segment) {
  let entries: Iterator<TermEntry> = [][Symbol.iterator]();
  let pageNo = 0;
  let ahead = new Map<string, Buffer>();
  const cursor = {
    entry: null as TermEntry | null,
    load: () => cursor.next(),
    async next(): Promise<void> {
      for (;;) {
        const { value, done } = entries.next();
        if (!done) {
          cursor.entry = value;
          return;
        }
        if (pageNo >= segment.firstTerms.length) {
          cursor.entry = null;
          return;
        }
        const id = pageId(segment._id, 'terms', pageNo);
        if (!ahead.has(id)) {
          const last = Math.min(segment.firstTerms.length, pageNo + PAGES_AHEAD);
          const ids = Array.from({ length: last - pageNo }, (_, more) =>
            pageId(segment._id, 'terms', pageNo + more),
          );
          ahead = await pages.read(ids);
        }
        entries = readDictionaryPage(ahead.get(id)!);
        pageNo += 1;
      }
    },
  };
  return cursor;
}
