/** The endpoints that these screens call. */
import { apiKeyEndpoints } from '../../shared/apiKeysApi.ts';
import { callsOf } from '../desk/call.ts';

export const call = callsOf(apiKeyEndpoints);
