/** The endpoints that this screen calls. */
import { auditEndpoints } from '../../shared/auditApi.ts';
import { callsOf } from '../desk/call.ts';

export const call = callsOf(auditEndpoints);
