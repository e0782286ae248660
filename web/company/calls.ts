/** The endpoints that these screens call. */
import { companyEndpoints } from '../../shared/companyApi.ts';
import { callsOf } from '../desk/call.ts';

export const call = callsOf(companyEndpoints);
