/** The endpoints that these screens call. */
import { deliveryEndpoints } from '../../shared/deliveriesApi.ts';
import { callsOf } from '../desk/call.ts';

export const call = callsOf(deliveryEndpoints);
