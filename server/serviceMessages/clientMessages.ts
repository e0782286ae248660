/** Service messages to one client's phone, as the client's card lists them: the newest first, page by page. */
import { type Model, Types } from 'mongoose';
import type { ClientServiceMessage } from '../../shared/schemas/client.ts';
import { currentTryOf } from './change.ts';
import type { ServiceMessage } from './serviceMessage.model.ts';

export async function listClientMessages(
  serviceMessages: Model<ServiceMessage>,
  /** The phone, and the communities that the reader may see. */
  audience: Record<string, unknown>,
  query: { direction?: ServiceMessage['direction']; cursor?: string; limit: number },
): Promise<{ messages: ClientServiceMessage[]; nextCursor: string | null }> {
  const found = await serviceMessages
    .find({
      ...audience,
      ...(query.direction && { direction: query.direction }),
      ...afterCursor(query.cursor),
    } as never)
    .sort({ acceptedAt: -1, _id: -1 })
    .limit(query.limit + 1)
    .lean<ServiceMessage[]>();
  const page = found.slice(0, query.limit);
  const last = found.length > query.limit ? page.at(-1) : undefined;
  return {
    messages: page.map(toView),
    nextCursor: last ? `${last.acceptedAt.getTime()}_${last._id.toHexString()}` : null,
  };
}

function toView(message: ServiceMessage): ClientServiceMessage {
  const { direction, templateName, templateVersion, variables, text, buttons, imageIds, imageAlts } = message;
  const { status, endCode } = message;
  return {
    id: message._id.toHexString(),
    direction,
    network: currentTryOf(message).current.network,
    templateName,
    templateVersion,
    variables,
    text,
    buttons,
    imageIds,
    ...(imageAlts && { imageAlts }),
    status,
    statusAt: message.statusAt.toISOString(),
    endCode,
    acceptedAt: message.acceptedAt.toISOString(),
    conversationId: message.conversationId?.toHexString() ?? null,
  };
}

function afterCursor(cursor: string | undefined): Record<string, unknown> {
  const [, atMs, id] = /^(\d{1,15})_([0-9a-f]{24})$/.exec(cursor ?? '') ?? [];
  if (atMs === undefined) return {};
  const at = new Date(Number(atMs));
  return {
    acceptedAt: { $lte: at },
    $or: [{ acceptedAt: { $lt: at } }, { _id: { $lt: new Types.ObjectId(id) } }],
  };
}
