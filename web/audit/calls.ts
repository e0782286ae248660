/** The endpoints that this screen calls. */
import { auditEndpoints } from '../../shared/auditApi.ts';
import { callsOf } from '../connection/call.ts';

export const call = callsOf(auditEndpoints);
