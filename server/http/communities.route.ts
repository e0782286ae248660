/** Communities over HTTP, for administrators. A refusal by the network or by the rules is answered with its code. */
import type { Model, Types } from 'mongoose';
import type { CommunitySettings } from '../../shared/schemas/community.ts';
import type { Community } from '../communities/community.model.ts';
import { toCommunitySettings } from '../communities/communityView.ts';
import {
  type CommunityActionDeps,
  type CommunityActionOutcome,
  changeCommunity,
  connectCommunity,
} from '../communities/connectCommunity.ts';
import { listCommunities } from '../communities/listCommunities.ts';
import type { AuditedChange } from './auditedChange.ts';
import { connectedLine, connectingLine, linesOfCommunityChange } from './communityAudit.ts';
import type { EndpointRouter } from './endpointRouter.ts';
import { DeskError } from './errors.ts';

export interface CommunityRouteDeps extends CommunityActionDeps {
  companyId: Types.ObjectId;
  communities: Model<Community>;
  auditedChange: AuditedChange;
}

export function communityRoutes({ handle }: EndpointRouter, deps: CommunityRouteDeps): void {
  const settingsOf = (outcome: CommunityActionOutcome): CommunitySettings => {
    if (outcome.kind === 'done') return toCommunitySettings(outcome.community, deps.publicUrl);
    throw refusal(outcome);
  };
  handle('listCommunities', async () => {
    const communities = await listCommunities(deps.communities, deps.companyId);
    return { communities: communities.map((community) => toCommunitySettings(community, deps.publicUrl)) };
  });
  handle('connectCommunity', async ({ person, body }) => {
    return deps.auditedChange([connectingLine(person, body.network)], async (write) => {
      const outcome = await connectCommunity(deps, body);
      if (outcome.kind === 'done') await write(connectedLine(person, outcome.community));
      return settingsOf(outcome);
    });
  });
  handle('changeCommunity', async ({ person, params, body }) => {
    const before = await deps.communities.findById(params.communityId).lean<Community>();
    const linesOf = (community: Community) => linesOfCommunityChange(person, community, body);
    return deps.auditedChange(before ? linesOf(before) : [], async (write) => {
      const outcome = await changeCommunity(deps, params.communityId, body);
      if (outcome.kind === 'done') for (const line of linesOf(outcome.community)) await write(line as never);
      return settingsOf(outcome);
    });
  });
}

function refusal(outcome: Exclude<CommunityActionOutcome, { kind: 'done' }>): DeskError {
  switch (outcome.kind) {
    case 'communityExists':
      return new DeskError('communityExists', {
        message: 'This community is already connected',
        field: 'token',
      });
    case 'communityNotFound':
      return new DeskError('communityNotFound', { message: 'Community not found' });
    case 'networkUnreachable':
      return new DeskError('networkUnreachable', { message: 'The network is not responding' });
    case 'tokenRejected': {
      const { missingRights, networkCode } = outcome;
      const why =
        missingRights.length > 0
          ? `it lacks the rights ${missingRights.join(', ')}`
          : networkCode === null
            ? 'it belongs to another community'
            : `the network refused it with code ${networkCode}`;
      return new DeskError('tokenRejected', { message: `The key cannot be used: ${why}`, field: 'token' });
    }
  }
}
