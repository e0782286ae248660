/** Applies changed conversation rows to the client card in the cache. Pure. */
import type { ConversationRow } from '../../shared/schemas/conversation.ts';
import type { ClientCard } from './cacheKeys.ts';

/**
 * A client has no event of their own. Bonds, merges and splits show in the conversations, and the card is then read
 * again.
 */
export function isCardOutdated(
  { client, conversations }: ClientCard,
  rows: readonly ConversationRow[],
): boolean {
  return rows.some((row) => {
    const isOwn = row.client.id === client.id;
    if (isOwn && row.isMatched !== (client.phone !== null)) return true;
    return isOwn !== conversations.some((known) => known.id === row.id);
  });
}

/** Applies newer conversations to the card. */
export function withNewerRows(card: ClientCard, rows: readonly ConversationRow[]): ClientCard {
  const byId = new Map(card.conversations.map((row) => [row.id, row]));
  const newer = rows.filter((row) => {
    const known = byId.get(row.id);
    return known ? known.revision < row.revision : row.client.id === card.client.id;
  });
  if (newer.length === 0) return card;
  for (const row of newer) {
    if (row.client.id === card.client.id) byId.set(row.id, row);
    else byId.delete(row.id);
  }
  return { ...card, conversations: [...byId.values()] };
}
