/**
 * Which record an `_id` stands for, of those that were lately used: a message is found by its `_id` several times within
 * seconds, and each look-up in the index costs as much as the change itself. One that was removed stays here and is found
 * to be gone, because no record's number is given twice while this lives; an undone transaction forgets all.
 */
export class RecentIds {
  private recent = new Map<string, number>();
  private before = new Map<string, number>();
  private readonly maxEntries: number;

  /** @param maxEntries about 150 bytes each; the oldest half goes when there are more. */
  constructor(maxEntries = 32_768) {
    this.maxEntries = maxEntries;
  }

  /** @param key names the collection's index and the `_id`. */
  get(key: string): number | undefined {
    const record = this.recent.get(key);
    if (record !== undefined) return record;
    const older = this.before.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  set(key: string, record: number): void {
    if (this.recent.size >= this.maxEntries / 2) {
      this.before = this.recent;
      this.recent = new Map();
    }
    this.recent.set(key, record);
  }

  clear(): void {
    this.recent.clear();
    this.before.clear();
  }
}
