/** The endpoints that these screens call. */
import { deliveryEndpoints } from '../../shared/deliveriesApi.ts';
import { callsOf } from '../connection/call.ts';

export const call = callsOf(deliveryEndpoints);
