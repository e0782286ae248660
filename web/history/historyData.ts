/** Reads the history of conversations and of clients page by page. */
import { historyEndpoints } from '../../shared/historyApi.ts';
import { callsOf } from '../desk/call.ts';
import { pagedQuery } from '../ui/pagedQuery.ts';

const call = callsOf(historyEndpoints);

export const conversationEvents = (conversationId: string) =>
  pagedQuery(['conversationEvents', conversationId], (from, options) =>
    call('listConversationEvents', { params: { conversationId }, query: from }, options),
  );

export const clientTimeline = (clientId: string) =>
  pagedQuery(['clientTimeline', clientId], (from, options) =>
    call('readClientTimeline', { params: { clientId }, query: from }, options),
  );
