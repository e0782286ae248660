/**
 * The conversations that wait in one list, kept up to date by changes instead of being counted. It holds about as many
 * as the screen can tell apart. When it holds fewer and knows that there are more, it has to be read again.
 */
import { belongsTo, type ListScope } from '../../shared/conversationLists.ts';
import { limits } from '../../shared/limits.ts';
import type { ConversationRow } from '../../shared/schemas/conversation.ts';

/** A long queue changes with each message: it may grow so far before it is cut back. */
const HELD_MAX = 2 * limits.countedUpTo;

export interface KeptQueue {
  /** Null before the first read. It stops at `limits.countedUpTo`. */
  count(): number | null;
  /** @param row newer than every earlier row of the same conversation. */
  apply(row: ConversationRow): void;
  needsRead(): boolean;
  /** After a gap the held conversations may be wrong. */
  distrust(): void;
  /**
   * Reads the queue. Changes that come during the read are applied on top.
   * @param first the first conversations of the queue, at most `limits.countedUpTo`.
   */
  read(first: () => Promise<readonly { id: string; revision: number }[]>): Promise<void>;
  /** By `performance.now()`; null before the first read. */
  readAtMs(): number | null;
}

export function createKeptQueue(scope: ListScope, personId: string): KeptQueue {
  /** The revision of each held conversation. */
  let held = new Map<string, number>();
  /** Whether the held ones are all that wait. */
  let isWhole = false;
  let readAtMs: number | null = null;
  let isTrusted = false;
  /** During a read: the newest state of each conversation that changed. */
  let meanwhile: Map<string, { revision: number; belongs: boolean }> | null = null;

  function put(id: string, { revision, belongs }: { revision: number; belongs: boolean }): void {
    if (revision < (held.get(id) ?? 0)) return;
    if (belongs) held.set(id, revision);
    else held.delete(id);
    if (held.size <= HELD_MAX) return;
    held = new Map([...held].slice(0, limits.countedUpTo));
    isWhole = false;
  }

  return {
    count() {
      if (readAtMs === null) return null;
      return isWhole ? Math.min(held.size, limits.countedUpTo) : limits.countedUpTo;
    },
    apply(row) {
      const state = { revision: row.revision, belongs: belongsTo(row, scope, personId) };
      meanwhile?.set(row.id, state);
      if (readAtMs !== null) put(row.id, state);
    },
    needsRead: () => !isTrusted || (!isWhole && held.size < limits.countedUpTo),
    distrust() {
      isTrusted = false;
    },
    async read(first) {
      const changed = new Map<string, { revision: number; belongs: boolean }>();
      meanwhile = changed;
      isTrusted = true;
      try {
        const found = await first();
        held = new Map(found.map(({ id, revision }) => [id, revision]));
        isWhole = found.length < limits.countedUpTo;
        readAtMs = performance.now();
        for (const [id, state] of changed) put(id, state);
      } catch (error) {
        isTrusted = false;
        throw error;
      } finally {
        meanwhile = null;
      }
    },
    readAtMs: () => readAtMs,
  };
}
