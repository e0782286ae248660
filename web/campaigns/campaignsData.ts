/** Queries of the campaign screens. An active campaign is read again every two seconds, the list every five. */
import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query';
import { campaignEndpoints } from '../../shared/campaignsApi.ts';
import type { CampaignState, CampaignView } from '../../shared/schemas/campaign.ts';
import { callsOf, checkAnswer, refusal } from '../desk/call.ts';
import { ApiError } from '../ui/apiError.ts';

/** Calls the endpoints of campaigns. */
export const call = callsOf(campaignEndpoints);

const key = ['mailings'] as const;
const REFRESH_MS = 2_000;
const LIST_REFRESH_MS = 5_000;
const activeStates: readonly CampaignState[] = ['checking', 'scheduled', 'running', 'paused', 'cancelling'];

export const campaignsQuery = infiniteQueryOptions({
  queryKey: [...key, 'list'],
  queryFn: ({ signal, pageParam }) =>
    call('listMailings', { query: pageParam === null ? {} : { after: pageParam } }, { signal }),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.nextAfter,
  staleTime: 0,
  refetchInterval: ({ state }) =>
    state.data?.pages.some(({ mailings: campaigns }) =>
      campaigns.some((each) => activeStates.includes(each.state)),
    )
      ? LIST_REFRESH_MS
      : false,
});

export const campaignQuery = (campaignId: string) =>
  queryOptions({
    queryKey: [...key, 'one', campaignId],
    queryFn: ({ signal }) => call('readMailing', { params: { mailingId: campaignId } }, { signal }),
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data && isFinal(state.data) ? false : REFRESH_MS),
  });

/** Messages of a finished campaign may still be delivered and read. */
function isFinal({ state, statuses }: CampaignView): boolean {
  if (state === 'done' || state === 'cancelled') return !(statuses.sent || statuses.delivered);
  return !activeStates.includes(state);
}

export const refusedQuery = ({ id, checked, taken }: CampaignView) =>
  queryOptions({
    queryKey: [...key, 'refused', id, checked.rows, taken.rows],
    queryFn: async ({ signal }) =>
      (await call('listRefusedRows', { params: { mailingId: id } }, { signal })).rows,
    staleTime: 0,
  });

/** The rows stay the same; how the phone is read depends on its column. */
export const firstRowsQuery = ({ id, columns }: CampaignView) =>
  queryOptions({
    queryKey: [...key, 'firstRows', id, columns?.phoneColumn ?? null],
    queryFn: ({ signal }) => call('readFirstRows', { params: { mailingId: id } }, { signal }),
  });

export function storeCampaign(queries: QueryClient, changed: CampaignView): void {
  queries.setQueryData(campaignQuery(changed.id).queryKey, changed);
  void queries.invalidateQueries({ queryKey: campaignsQuery.queryKey });
}

export async function uploadCampaign(file: File): Promise<CampaignView> {
  const form = new FormData();
  form.append('file', file, file.name);
  const { method, path } = campaignEndpoints.addMailing;
  const response = await fetch(path, { method, body: form, credentials: 'same-origin' }).catch(
    (cause: unknown) => {
      throw new ApiError('unreachable', 'the file did not reach the server', { cause });
    },
  );
  const json: unknown = await response.json().catch(() => null);
  if (!response.ok) throw refusal(response, json);
  return checkAnswer(campaignEndpoints.addMailing, json);
}
