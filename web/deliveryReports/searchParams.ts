/** The filters of delivery reports in the address, to bookmark and share. A phone is never there. */
import { z } from 'zod';
import { network } from '../../shared/schemas/common.ts';
import type { DeliverySearch } from '../../shared/schemas/delivery.ts';
import { type DeliveryView, deliveryView } from '../../shared/schemas/deliveryView.ts';
import { serviceStatus } from '../../shared/v1/statuses.ts';
import { startOfDay } from '../ui/startOfDay.ts';
import { createStore } from '../ui/store.ts';

const day = z.iso.date();

export const deliverySearchParams = z.object({
  view: deliveryView.exclude(['all']).optional().catch(undefined),
  status: serviceStatus.optional().catch(undefined),
  template: z.string().min(1).max(100).optional().catch(undefined),
  network: network.optional().catch(undefined),
  /** Days of the reader's own calendar, both included. */
  from: day.optional().catch(undefined),
  to: day.optional().catch(undefined),
});
export type DeliverySearchParams = z.infer<typeof deliverySearchParams>;

/** A link is current only with exactly these filters: parameters that it omits must be absent. */
export const exactSearch = { exact: true, explicitUndefined: true } as const;

/** The phone of the search, kept while the tab is open. */
export const searchedPhone = createStore('');

export function toFilters(
  { status, template, network: inNetwork, from, to, ...params }: DeliverySearchParams,
  phone: string,
): DeliverySearch {
  const view: DeliveryView = params.view ?? 'all';
  return {
    view,
    ...(view === 'all' && status !== undefined ? { status } : {}),
    ...(template === undefined ? {} : { template }),
    ...(inNetwork === undefined ? {} : { network: inNetwork }),
    ...(from === undefined ? {} : { from: startOfDay(from, 0).toISOString() }),
    ...(to === undefined ? {} : { to: startOfDay(to, 1).toISOString() }),
    ...(phone === '' ? {} : { phone }),
  };
}
