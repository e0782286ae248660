/** What the deliveries' screens read. A list that is held is looked at every two seconds for what came and what moved. */
import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { deliveryEndpoints } from '../../shared/deliveriesApi.ts';
import type { DeliverySearch } from '../../shared/schemas/delivery.ts';
import { callsOf, refusal } from '../desk/call.ts';
import { ApiError } from '../ui/apiError.ts';
import { type DeliveryRows, firstRows, movingIds, withLook, withOlder } from './deliveryRows.ts';

/** Calls the endpoints of delivery reports. */
export const call = callsOf(deliveryEndpoints);

const key = ['deliveries'] as const;
const LOOK_MS = 2_000;
const STATS_MS = 10_000;
const LONG_STATS_MS = 60_000;
const OVER_MS = 15 * 60_000;
const DAY_MS = 24 * 3600_000;

const listKey = (filters: DeliverySearch) => [...key, 'list', filters] as const;

export const deliveryReportsQuery = (queries: QueryClient, filters: DeliverySearch) =>
  queryOptions({
    queryKey: listKey(filters),
    queryFn: async ({ signal }): Promise<DeliveryRows> => {
      const before = queries.getQueryData<DeliveryRows>(listKey(filters));
      if (!before) return firstRows(await call('searchDeliveries', { body: filters }, { signal }));
      const body = { ...filters, known: movingIds(before), isLook: true };
      const look = await call('searchDeliveries', { body }, { signal });
      // A page below may have come meanwhile.
      return withLook(queries.getQueryData<DeliveryRows>(listKey(filters)) ?? before, look, filters);
    },
    staleTime: 0,
    gcTime: 60_000,
    retry: false,
    refetchInterval: ({ state }) => (state.data ? LOOK_MS : false),
  });

export async function readOlder(queries: QueryClient, filters: DeliverySearch): Promise<void> {
  const held = queries.getQueryData<DeliveryRows>(listKey(filters));
  if (!held?.nextCursor) return;
  const page = await call('searchDeliveries', { body: { ...filters, cursor: held.nextCursor } });
  queries.setQueryData<DeliveryRows>(listKey(filters), (now) => now && withOlder(now, page));
}

/** Begins the list anew from what is newest. */
export async function showNewest(queries: QueryClient, filters: DeliverySearch): Promise<void> {
  const page = await call('searchDeliveries', { body: filters });
  queries.setQueryData<DeliveryRows>(listKey(filters), firstRows(page));
}

export const deliveryQuery = (messageId: string) =>
  queryOptions({
    queryKey: [...key, 'one', messageId],
    queryFn: ({ signal }) => call('readDelivery', { params: { messageId } }, { signal }),
    staleTime: 0,
    refetchInterval: LOOK_MS,
  });

export interface StatsFilter {
  from: string;
  to: string;
  network?: 'vk' | 'ok' | undefined;
  template?: string | undefined;
}

export const statsQuery = ({ from, to, network, template }: StatsFilter) =>
  queryOptions({
    queryKey: [...key, 'stats', from, to, network, template],
    queryFn: ({ signal }) =>
      call(
        'countDeliveries',
        { query: { from, to, ...(network ? { network } : {}), ...(template ? { template } : {}) } },
        { signal },
      ),
    staleTime: 0,
    refetchInterval: () => statsEveryMs(from, to, Date.now()),
  });

/** A move counts in the hour in which it was learnt, so that what is over stays as it is. */
function statsEveryMs(from: string, to: string, nowMs: number): number | false {
  const toMs = new Date(to).getTime();
  if (toMs + OVER_MS < nowMs) return false;
  return toMs - new Date(from).getTime() > DAY_MS ? LONG_STATS_MS : STATS_MS;
}

export function lookAgain(queries: QueryClient): Promise<void> {
  return queries.invalidateQueries({ queryKey: key });
}

/** Asked for by a body, as the list is, so that a phone stands in no address; the browser keeps the file. */
export async function downloadCsv(filters: DeliverySearch, language: 'ru' | 'en'): Promise<void> {
  const response = await fetch('/media/deliveries.csv', {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...filters, language }),
  }).catch((cause: unknown) => {
    throw new ApiError('unreachable', 'the desk does not answer', { cause });
  });
  if (!response.ok) throw refusal(response, await response.json().catch(() => null));
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download =
    /filename="?([^";]+)/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? 'deliveries.csv';
  link.click();
  // Some browsers begin to read only after this turn.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
