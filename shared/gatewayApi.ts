/** The HTTP contract of the gateway, through which service messages go to phones. */
import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';
import { id } from './schemas/common.ts';
import { gatewaySettingsEdit, gatewaySettingsView } from './schemas/gateway.ts';

const ofCommunity = z.object({ communityId: id });
const answer = z.object({
  /** Null when the community has no gateway. */
  gateway: gatewaySettingsView.nullable(),
});

export const gatewayEndpoints = {
  readGateway: {
    method: 'GET',
    path: '/api/communities/:communityId/gateway',
    summary: "The community's settings at the gateway, without credentials",
    role: 'administrator',
    params: ofCommunity,
    status: 200,
    answer,
  },
  changeGateway: {
    method: 'PUT',
    path: '/api/communities/:communityId/gateway',
    summary: 'Sets the gateway; saving it also resumes stopped sending',
    role: 'administrator',
    params: ofCommunity,
    body: gatewaySettingsEdit,
    status: 200,
    answer,
  },
  removeGateway: {
    method: 'DELETE',
    path: '/api/communities/:communityId/gateway',
    summary: 'Removes the gateway from the community',
    role: 'administrator',
    params: ofCommunity,
    status: 200,
    answer,
  },
} as const satisfies Record<string, Endpoint>;
