/** The endpoints that only the card's dialogs call. */
import { handMessageEndpoints } from '../../shared/handMessagesApi.ts';
import { personalDataEndpoints } from '../../shared/personalDataApi.ts';
import { callsOf } from '../desk/call.ts';

export const call = callsOf({ ...handMessageEndpoints, ...personalDataEndpoints });
