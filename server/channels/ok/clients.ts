/** Opens OK's API with a community's own token, unsealed for each use. */
import type { Model } from 'mongoose';
import type { Community } from '../../communities/community.model.ts';
import { type CommunityRef, toCommunityRef } from '../../communities/communityRef.ts';
import { openSecret } from '../../communities/secrets.ts';
import type { Sealing } from '../../storage/sealing.ts';
import type { OkApi, OpenOkApi } from './call.ts';

export interface OkClient {
  api: OkApi;
  community: CommunityRef;
}

export interface OkClients {
  /** Null when the community no longer exists or is disabled. */
  of(community: CommunityRef): Promise<OkClient | null>;
  ofCommunity(community: Community): OkClient;
}

export function createOkClients(deps: {
  communities: Model<Community>;
  sealing: Sealing;
  openApi: OpenOkApi;
}): OkClients {
  const ofCommunity = (community: Community): OkClient => ({
    api: deps.openApi(openSecret(deps.sealing, community, 'token', community.tokenSealed)),
    community: toCommunityRef(community),
  });
  return {
    ofCommunity,
    async of({ id }) {
      const community = await deps.communities.findById(id).lean<Community>();
      return community?.isEnabled ? ofCommunity(community) : null;
    },
  };
}
