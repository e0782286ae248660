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
  return rows.some((conversation) => {
    const isOwn = conversation.client.id === client.id;
    if (isOwn && conversation.isMatched !== (client.phone !== null)) return true;
    return isOwn !== conversations.some((known) => known.id === conversation.id);
  });
}

/** Applies newer conversations to the card. */
export function withNewerRows(card: ClientCard, rows: readonly ConversationRow[]): ClientCard {
  const byId = new Map(card.conversations.map((conversation) => [conversation.id, conversation]));
  const newer = rows.filter((conversation) => {
    const known = byId.get(conversation.id);
    return known ? known.revision < conversation.revision : conversation.client.id === card.client.id;
  });
  if (newer.length === 0) return card;
  for (const conversation of newer) {
    if (conversation.client.id === card.client.id) byId.set(conversation.id, conversation);
    else byId.delete(conversation.id);
  }
  return { ...card, conversations: [...byId.values()] };
}
