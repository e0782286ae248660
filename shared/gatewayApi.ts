/** The part of the HTTP contract that is about the gateway through which service messages go out. */
import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';
import { id } from './schemas/common.ts';
import { gatewaySettingsEdit, gatewaySettingsView } from './schemas/gateway.ts';

const ofCommunity = z.object({ communityId: id });
const answer = z.object({
  /** Null where the community has no gateway. */
  gateway: gatewaySettingsView.nullable(),
});

export const gatewayEndpoints = {
  readGateway: {
    method: 'GET',
    path: '/api/communities/:communityId/gateway',
    summary: 'How the gateway that takes phones knows the community',
    role: 'administrator',
    params: ofCommunity,
    status: 200,
    answer,
  },
  changeGateway: {
    method: 'PUT',
    path: '/api/communities/:communityId/gateway',
    summary: 'Sets the gateway; saving it starts a stopped one again',
    role: 'administrator',
    params: ofCommunity,
    body: gatewaySettingsEdit,
    status: 200,
    answer,
  },
  removeGateway: {
    method: 'DELETE',
    path: '/api/communities/:communityId/gateway',
    summary: 'Sends no more through the gateway',
    role: 'administrator',
    params: ofCommunity,
    status: 200,
    answer,
  },
} as const satisfies Record<string, Endpoint>;
