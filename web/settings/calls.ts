/** The endpoints that these screens call. */
import { communityEndpoints } from '../../shared/communitiesApi.ts';
import { peopleEndpoints } from '../../shared/peopleApi.ts';
import { personalDataEndpoints } from '../../shared/personalDataApi.ts';
import { callsOf } from '../desk/call.ts';

export const call = callsOf({ ...communityEndpoints, ...peopleEndpoints, ...personalDataEndpoints });
