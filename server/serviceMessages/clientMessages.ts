/** Lists the service messages to one client's phone for the client's card: newest first, in pages. */
import type { Model } from 'mongoose';
import type { ClientServiceMessage } from '../../shared/schemas/client.ts';
import { serviceContentOf } from '../conversations/thread/serviceContent.ts';
import { parseCursor, readPage } from '../storage/pageCursor.ts';
import type { ServiceMessage } from './serviceMessage.model.ts';
import { currentTryOf } from './statuses/change.ts';

export async function listClientMessages(
  serviceMessages: Model<ServiceMessage>,
  /** A filter: the phone, and the communities that the reader may see. */
  audience: Record<string, unknown>,
  query: { direction?: ServiceMessage['direction']; cursor?: string; limit: number },
): Promise<{ messages: ClientServiceMessage[]; nextCursor: string | null }> {
  const { rows, nextCursor } = await readPage(
    serviceMessages,
    { ...audience, ...(query.direction && { direction: query.direction }) },
    { timeField: 'acceptedAt', after: parseCursor(query.cursor), limit: query.limit },
  );
  return { messages: rows.map(toClientServiceMessage), nextCursor };
}

export function toClientServiceMessage(message: ServiceMessage): ClientServiceMessage {
  const { direction, text, status, endCode } = message;
  return {
    ...serviceContentOf(message),
    id: message._id.toHexString(),
    direction,
    network: currentTryOf(message).current.network,
    text,
    status,
    statusAt: message.statusAt.toISOString(),
    endCode,
    acceptedAt: message.acceptedAt.toISOString(),
    conversationId: message.conversationId?.toHexString() ?? null,
  };
}
