/** Service messages that a client may still have today; refreshed while shown, because others send too. */
import { queryOptions } from '@tanstack/react-query';
import { call } from '../desk/call.ts';

const LOOK_MS = 30_000;

export const messagesLeftQuery = (clientId: string) =>
  queryOptions({
    queryKey: ['messagesLeft', clientId],
    queryFn: ({ signal }) => call('readMessagesLeft', { params: { clientId } }, { signal }),
    staleTime: 0,
    refetchInterval: LOOK_MS,
  });
