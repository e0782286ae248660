/** Queries of the delivery reports. An open list asks every two seconds for new rows and changed statuses. */
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
      // The next page may have loaded meanwhile.
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

/** Reads the list again from the newest row. */
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

/** A transition counts in the hour in which it was recorded, so past hours never change. */
function statsEveryMs(from: string, to: string, nowMs: number): number | false {
  const toMs = new Date(to).getTime();
  if (toMs + OVER_MS < nowMs) return false;
  return toMs - new Date(from).getTime() > DAY_MS ? LONG_STATS_MS : STATS_MS;
}

export function lookAgain(queries: QueryClient): Promise<void> {
  return queries.invalidateQueries({ queryKey: key });
}

/** The filter goes in the body, as for the list, so that no phone is in an address; the browser saves the file. */
export async function downloadCsv(filters: DeliverySearch, language: 'ru' | 'en'): Promise<void> {
  const response = await fetch('/media/deliveries.csv', {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...filters, language }),
  }).catch((cause: unknown) => {
    throw new ApiError('unreachable', 'the server does not answer', { cause });
  });
  if (!response.ok) throw refusal(response, await response.json().catch(() => null));
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download =
    /filename="?([^";]+)/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? 'deliveries.csv';
  link.click();
  // Some browsers start reading the file only after this turn.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
