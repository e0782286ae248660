/** A community's gateway for service messages over HTTP, for administrators. */
import {
  changeGateway,
  type GatewayOutcome,
  type GatewaySettingsDeps,
  readGateway,
  removeGateway,
} from '../channels/notify/gatewaySettings.ts';
import type { EndpointRouter } from './endpointRouter.ts';
import { DeskError } from './errors.ts';

export function gatewayRoutes({ handle }: EndpointRouter, deps: GatewaySettingsDeps): void {
  handle('readGateway', async ({ params }) => viewOf(await readGateway(deps, params.communityId)));
  handle('changeGateway', async ({ params, body, person }) =>
    viewOf(await changeGateway(deps, params.communityId, body, person)),
  );
  handle('removeGateway', async ({ params, person }) =>
    viewOf(await removeGateway(deps, params.communityId, person)),
  );
}

function viewOf(outcome: GatewayOutcome) {
  switch (outcome.kind) {
    case 'done':
      return { gateway: outcome.gateway };
    case 'communityNotFound':
      throw new DeskError('communityNotFound', { message: 'Community not found' });
    case 'addressNotAllowed':
      throw new DeskError('badRequest', {
        message: 'The address must be https, or http on this machine itself',
        field: 'baseUrl',
      });
    case 'missing':
      throw new DeskError('badRequest', {
        message: 'This is required when a gateway is connected for the first time',
        field: outcome.field,
      });
  }
}
