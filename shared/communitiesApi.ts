/** The HTTP contract of connected communities. */
import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';
import { id } from './schemas/common.ts';
import { communityPatch, communitySettings, newCommunity } from './schemas/community.ts';

const ofCommunity = z.object({ communityId: id });

export const communityEndpoints = {
  listCommunities: {
    method: 'GET',
    path: '/api/communities',
    summary: 'Connected communities with their settings',
    role: 'administrator',
    status: 200,
    answer: z.object({ communities: z.array(communitySettings) }),
  },
  connectCommunity: {
    method: 'POST',
    path: '/api/communities',
    summary: 'Checks a token with the network and connects its community',
    role: 'administrator',
    body: newCommunity,
    status: 201,
    answer: communitySettings,
  },
  changeCommunity: {
    method: 'PATCH',
    path: '/api/communities/:communityId',
    summary: 'Changes the token, the intake, or switches the community on and off',
    role: 'administrator',
    params: ofCommunity,
    body: communityPatch,
    status: 200,
    answer: communitySettings,
  },
} as const satisfies Record<string, Endpoint>;
