/** The endpoints that these screens call. */
import { mailingEndpoints } from '../../shared/mailingsApi.ts';
import { callsOf } from '../desk/call.ts';

export const call = callsOf(mailingEndpoints);
