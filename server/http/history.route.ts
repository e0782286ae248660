/** The history of conversations and clients over HTTP. */
import { Types } from 'mongoose';
import type { Register } from '../accessRegister/register.ts';
import { conversationFilterFor } from '../auth/permissions.ts';
import { toClientView } from '../clients/clientView.ts';
import { readClientTimeline, type TimelineDeps } from '../history/clientTimeline.ts';
import { type EventDeps, listConversationEvents } from '../history/conversationEvents.ts';
import type { Sealing } from '../storage/sealing.ts';
import type { EndpointRouter } from './endpointRouter.ts';
import { DeskError } from './errors.ts';
import { findVisibleClient, type VisibleClientDeps } from './findVisibleClient.ts';

export interface HistoryRouteDeps extends EventDeps, TimelineDeps, VisibleClientDeps {
  sealing: Sealing;
  register: Pick<Register, 'recordView'>;
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

  handle('readClientTimeline', async ({ params, query, person }) => {
    const client = await findVisibleClient(deps, params.clientId, person);
    if (!client) throw new DeskError('notFound', { message: 'Client not found' });
    const { shownIn, ...page } = await readClientTimeline(deps, {
      clientId: client._id,
      phoneIndex: client.phoneIndex,
      audience: conversationFilterFor(person),
      cursor: query.cursor,
    });
    deps.register.recordView(person, client._id, ['thread']);
    for (const { _id } of shownIn) deps.register.recordView(person, client._id, ['thread'], _id);
    const { id, name, avatarUrl } = toClientView(client, person.role, deps.sealing);
    return {
      ...page,
      client: { id, name, avatarUrl, isErased: client.erasedAt !== undefined },
      conversations: shownIn.map(({ _id, communityId }) => ({
        id: _id.toHexString(),
        communityId: communityId.toHexString(),
      })),
    };
  });
}
