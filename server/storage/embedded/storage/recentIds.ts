/**
 * A cache from recently used `_id`s to record numbers: a message is found by its `_id` several times within seconds,
 * and each look-up in the index costs as much as the change itself. A removed record may stay here: reading it finds
 * nothing, because no record number is used twice during the cache's life. An undone transaction clears the cache.
 */
export class RecentIds {
  private recent = new Map<string, number>();
  private older = new Map<string, number>();
  private readonly maxEntries: number;

  /** @param maxEntries about 150 bytes each; beyond this number the older half is dropped. */
  constructor(maxEntries = 32_768) {
    this.maxEntries = maxEntries;
  }

  /** @param key names the collection's index and the `_id`. */
  get(key: string): number | undefined {
    const record = this.recent.get(key);
    if (record !== undefined) return record;
    const olderRecord = this.older.get(key);
    if (olderRecord !== undefined) this.set(key, olderRecord);
    return olderRecord;
  }

  set(key: string, record: number): void {
    if (this.recent.size >= this.maxEntries / 2) {
      this.older = this.recent;
      this.recent = new Map();
    }
    this.recent.set(key, record);
  }

  clear(): void {
    this.recent.clear();
    this.older.clear();
  }
}
