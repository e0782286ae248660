/** The endpoints that these screens call. */
import { templateEndpoints } from '../../shared/templatesApi.ts';
import { callsOf } from '../desk/call.ts';

export const call = callsOf(templateEndpoints);
