/** The endpoints that these screens call. */
import { gatewayEndpoints } from '../../../shared/gatewayApi.ts';
import { callsOf } from '../../desk/call.ts';

export const call = callsOf(gatewayEndpoints);
