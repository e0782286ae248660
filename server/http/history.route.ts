/** The history of conversations over HTTP, for supervisors. */
import { type Model, Types } from 'mongoose';
import { conversationFilterFor } from '../auth/permissions.ts';
import type { Conversation } from '../conversations/conversation.model.ts';
import { type EventDeps, listConversationEvents } from '../history/conversationEvents.ts';
import type { EndpointRouter } from './endpointRouter.ts';
import { DeskError } from './errors.ts';

export interface HistoryRouteDeps extends EventDeps {
  conversations: Model<Conversation>;
}

export function historyRoutes({ handle }: EndpointRouter, deps: HistoryRouteDeps): void {
  const { companyId, conversations } = deps;

  handle('listConversationEvents', async ({ params, query, person }) => {
    const _id = new Types.ObjectId(params.conversationId);
    const isVisible = await conversations.exists({
      _id,
      companyId,
      ...conversationFilterFor(person),
    } as never);
    if (!isVisible) throw new DeskError('conversationNotFound', { message: 'Conversation not found' });
    return listConversationEvents(deps, _id, query.cursor);
  });
}
