/** The endpoints that these screens call. */
import { mailingEndpoints } from '../../shared/mailingsApi.ts';
import { callsOf } from '../connection/call.ts';

export const call = callsOf(mailingEndpoints);
