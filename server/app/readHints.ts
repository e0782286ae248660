/**
 * Which messages the network was told to be read. Several agents read one message, and the network is told once.
 * Kept in memory: after a restart, or for a conversation that was dropped, a hint is sent again and changes nothing.
 */

const CONVERSATIONS_KEPT = 5_000;

export interface ReadHints {
  /** True once for each newer reply of a conversation. */
  isNews(conversationId: string, readReplyCount: number): boolean;
}

export function createReadHints(): ReadHints {
  const told = new Map<string, number>();
  return {
    isNews(conversationId, readReplyCount) {
      if (readReplyCount <= (told.get(conversationId) ?? 0)) return false;
      const oldest = told.keys().next();
      if (told.size >= CONVERSATIONS_KEPT && !oldest.done) told.delete(oldest.value);
      // Deleted first, so that it counts as the newest.
      told.delete(conversationId);
      told.set(conversationId, readReplyCount);
      return true;
    },
  };
}
