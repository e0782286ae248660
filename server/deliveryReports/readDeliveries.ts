/**
 * One page of service messages, the latest accepted first. A place in the list is `acceptedAt` and the id. They never
 * change, so pages neither skip nor repeat a message however many arrive meanwhile.
 *
 * The work is bounded. When the index answers alone, it reads as many messages as the page holds. Otherwise it checks
 * `windowMessages` in the index's order, at most `windows` times; then the page ends and reports how far it came. A
 * window never splits messages of one moment (a batch accepted together, 1,000 at most).
 */
import { type Model, Types } from 'mongoose';
import type { ServiceMessage } from '../serviceMessages/serviceMessage.model.ts';
import type { Place } from '../storage/pageCursor.ts';
import type { Condition, DeliveryQuery } from './deliveryQuery.ts';

export interface Reach {
  windowMessages: number;
  windows: number;
}

/** For a page that a person requested. */
export const pageReach: Reach = { windowMessages: 2_000, windows: 5 };
/** For the check for new messages, every two seconds from every open tab. */
export const lookReach: Reach = { windowMessages: 500, windows: 1 };

export interface DeliveryPage {
  messages: ServiceMessage[];
  /** Where the next page begins; null at the end. */
  next: Place | null;
  /** How far the search came when it stopped before the page was full; null otherwise. */
  searchedTo: Date | null;
}

const newestFirst = { acceptedAt: -1, _id: -1 } as const;
const lowestId = new Types.ObjectId('0'.repeat(24));

export async function readDeliveries(
  serviceMessages: Model<ServiceMessage>,
  query: DeliveryQuery,
  { place, limit, reach }: { place: Place | null; limit: number; reach: Reach },
): Promise<DeliveryPage> {
  const { index, lead, rest, from, to } = query;
  const found: ServiceMessage[] = [];
  const read = async (accepted: Condition) => {
    if (found.length > limit) return;
    const more = await serviceMessages
      .find({ ...lead, ...rest, ...accepted })
      .sort(newestFirst)
      .hint(index)
      .limit(limit + 1 - found.length)
      .lean<ServiceMessage[]>();
    found.push(...more);
  };
  const page = (): DeliveryPage => {
    const messages = found.slice(0, limit);
    const last = found.length > limit ? messages.at(-1)! : null;
    return { messages, next: last && { at: last.acceptedAt, id: last._id }, searchedTo: null };
  };

  const isBeforeTo = !place || !to || place.at < to;
  // First the rest of the moment at which the previous page ended.
  if (place && isBeforeTo && (!from || place.at >= from))
    await read({ acceptedAt: place.at, _id: { $lt: place.id } });

  let before = place && isBeforeTo ? place.at : to;
  const isFiltered = Object.keys(rest).length > 0;
  for (let window = 0; ; window++) {
    if (found.length > limit) return page();
    const since = isFiltered ? await endOfWindow(serviceMessages, query, before, reach.windowMessages) : null;
    await read(betweenMoments(since ?? from, before));
    if (found.length > limit || since === null) return page();
    if (window + 1 === reach.windows)
      return { messages: found, next: { at: since, id: lowestId }, searchedTo: since };
    before = since;
  }
}

/** `acceptedAt` of the window's last message, read from the index alone; null when the window reaches the end. */
async function endOfWindow(
  serviceMessages: Model<ServiceMessage>,
  { index, lead, from }: DeliveryQuery,
  before: Date | null,
  windowMessages: number,
): Promise<Date | null> {
  const [last] = await serviceMessages
    .find({ ...lead, ...betweenMoments(from, before) }, { acceptedAt: 1 })
    .sort(newestFirst)
    .hint(index)
    .skip(windowMessages - 1)
    .limit(1)
    .lean<Pick<ServiceMessage, 'acceptedAt'>[]>();
  return last?.acceptedAt ?? null;
}

function betweenMoments(from: Date | null, before: Date | null): Condition {
  if (!from && !before) return {};
  return { acceptedAt: { ...(from ? { $gte: from } : {}), ...(before ? { $lt: before } : {}) } };
}
