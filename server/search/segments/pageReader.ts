/** Reads pages of segments, many at once, and keeps the last used ones: a page never changes. */
import type { Model } from 'mongoose';
import type { SegmentPage } from './segment.model.ts';

/** A merge has deleted a page since the segments were listed: list them again. */
export class PageGoneError extends Error {}

export interface PageReader {
  /** Rejects with `PageGoneError` when one of them is no longer stored. */
  read(ids: readonly string[]): Promise<Map<string, Buffer>>;
}

export function createPageReader(
  searchPages: Model<SegmentPage>,
  { keptBytesMost }: { keptBytesMost: number },
): PageReader {
  /** In the order of use, the longest unused first. */
  const kept = new Map<string, Buffer>();
  let keptBytes = 0;

  function keep(id: string, page: Buffer): void {
    if (kept.delete(id)) keptBytes -= page.length;
    kept.set(id, page);
    keptBytes += page.length;
    for (const [oldest, { length }] of kept) {
      if (keptBytes <= keptBytesMost) break;
      kept.delete(oldest);
      keptBytes -= length;
    }
  }

  return {
    async read(ids) {
      const pages = new Map<string, Buffer>();
      const missing = new Set<string>();
      for (const id of ids) {
        const page = kept.get(id);
        if (page) pages.set(id, page);
        else missing.add(id);
      }
      if (missing.size > 0) {
        const found = await searchPages.collection
          .find({ _id: { $in: [...missing] } } as never, { projection: { bytes: 1 }, promoteBuffers: true })
          .toArray();
        for (const { _id, bytes } of found as unknown as SegmentPage[]) {
          // A copy: the driver's buffer belongs to a whole reply, and would keep all of it in memory.
          pages.set(_id, Buffer.from(bytes));
          missing.delete(_id);
        }
        if (missing.size > 0) throw new PageGoneError(`${missing.size} pages are gone`);
      }
      for (const [id, page] of pages) keep(id, page);
      return pages;
    },
  };
}
