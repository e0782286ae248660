/** Service messages sent by hand over HTTP, to clients that the person may see. */
import type { Model } from 'mongoose';
import { v1ErrorBody } from '../../shared/v1/errorCodes.ts';
import { canSeeCommunity, visibleCommunityIds } from '../auth/permissions.ts';
import type { SignedInPerson } from '../auth/signedIn.ts';
import type { Client } from '../clients/client.model.ts';
import type { Community } from '../communities/community.model.ts';
import { listCommunities } from '../communities/listCommunities.ts';
import type { Conversation } from '../conversations/conversation.model.ts';
import { type SendByHandDeps, sendByHand } from '../serviceMessages/accepting/sendByHand.ts';
import type { QuotaKeeper } from '../serviceMessages/quota/quota.ts';
import type { EndpointRouter } from './endpointRouter.ts';
import { DeskError } from './errors.ts';
import { findVisibleClient } from './findVisibleClient.ts';

export interface HandMessageRouteDeps extends SendByHandDeps {
  conversations: Model<Conversation>;
  communities: Model<Community>;
  quotaKeeper: QuotaKeeper;
  isBank(): Promise<boolean>;
}

export function handMessageRoutes({ handle }: EndpointRouter, deps: HandMessageRouteDeps): void {
  handle('sendByHand', async ({ params, body, person }) => {
    const client = await visibleClient(params.clientId, person);
    const outcome = await sendByHand(deps, client, body, {
      id: person.id,
      communityIds: visibleCommunityIds(person),
    });
    if (outcome.kind === 'noPhone') return { outcome: 'noPhone' as const };
    if (outcome.kind === 'refused')
      return { outcome: 'refused' as const, error: v1ErrorBody(outcome.refusal) };
    return { outcome: 'accepted' as const, messageId: outcome.message._id.toHexString() };
  });

  handle('readMessagesLeft', async ({ params, person }) => {
    const { phoneIndex } = await visibleClient(params.clientId, person);
    const isLimited = !(await deps.isBank());
    if (phoneIndex === undefined) return { hasPhone: false, isLimited, left: [] };
    const communities = await listCommunities(deps.communities, deps.companyId);
    const left = await Promise.all(
      communities
        .filter(({ _id, isEnabled }) => isEnabled && canSeeCommunity(person, _id.toHexString()))
        .map(async ({ _id, network }) => {
          const known = await deps.quotaKeeper.left(_id, phoneIndex);
          return {
            communityId: _id.toHexString(),
            network,
            left: known.left,
            retryAt: known.retryAt?.toISOString() ?? null,
          };
        }),
    );
    return { hasPhone: true, isLimited, left };
  });

  /** A person may see a client's card if they may see one of the client's conversations. */
  async function visibleClient(clientId: string, person: SignedInPerson): Promise<Client> {
    const client = await findVisibleClient(deps, clientId, person);
    if (!client) throw new DeskError('notFound', { message: 'Client not found' });
    return client;
  }
}
