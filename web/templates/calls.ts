/** The endpoints that these screens call. */
import { templateEndpoints } from '../../shared/templatesApi.ts';
import { callsOf } from '../connection/call.ts';

export const call = callsOf(templateEndpoints);
