/** Reads a person's transcripts, again and again while one of them is being made. */
import { queryOptions } from '@tanstack/react-query';
import { transcriptEndpoints } from '../../shared/transcriptsApi.ts';
import { callsOf } from '../desk/call.ts';

export const call = callsOf(transcriptEndpoints);

const LOOK_MS = 1_500;

export const transcriptsQuery = queryOptions({
  queryKey: ['transcripts'],
  queryFn: ({ signal }) => call('listTranscripts', {}, { signal }),
  staleTime: 0,
  refetchInterval: ({ state }) =>
    state.data?.transcripts.some(({ state: each }) => each === 'queued' || each === 'running')
      ? LOOK_MS
      : false,
});
