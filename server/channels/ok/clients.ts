/** Opens OK's API with a community's own token, unsealed for each use. */
import type { Model } from 'mongoose';
import type { Community } from '../../communities/community.model.ts';
import { type CommunityRef, toCommunityRef } from '../../communities/communityRef.ts';
import type { Sealing } from '../../storage/sealing.ts';
import { openToken } from '../communityStop.ts';
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
    api: deps.openApi(openToken(deps.sealing, community)),
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
