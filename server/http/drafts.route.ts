/** Drafts over HTTP: each person reads and saves their own. */
import { type Model, Types } from 'mongoose';
import type { Change } from '../../shared/events.ts';
import { conversationFilterFor } from '../auth/permissions.ts';
import type { SignedInPerson } from '../auth/signedIn.ts';
import type { Conversation } from '../conversations/conversation.model.ts';
import { type DraftDeps, listDrafts, saveDraft } from '../conversations/drafts/drafts.ts';
import type { EndpointRouter } from './endpointRouter.ts';
import { DeskError } from './errors.ts';

export interface DraftRouteDeps extends DraftDeps {
  companyId: Types.ObjectId;
  conversations: Model<Conversation>;
  publish(change: Change): void;
}

export function draftRoutes({ handle }: EndpointRouter, deps: DraftRouteDeps): void {
  const audienceOf = (person: SignedInPerson) => ({
    companyId: deps.companyId,
    ...conversationFilterFor(person),
  });

  handle('listDrafts', async ({ person }) => ({
    drafts: await listDrafts(deps, person.id, audienceOf(person)),
  }));

  handle('saveDraft', async ({ params, body, person }) => {
    const conversation = await deps.conversations
      .findOne({ _id: new Types.ObjectId(params.conversationId), ...audienceOf(person) }, { erasedAt: 1 })
      .lean<Pick<Conversation, '_id' | 'erasedAt'>>();
    if (!conversation) throw new DeskError('conversationNotFound', { message: 'Conversation not found' });
    if (conversation.erasedAt)
      throw new DeskError('clientErased', { message: 'The client’s data was erased' });
    const saved = await saveDraft(deps, person.id, conversation, body);
    if (saved.isSaved) deps.publish({ type: 'draft.changed', personId: person.id, draft: saved.draft });
    return saved;
  });
}
