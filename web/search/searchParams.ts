/** A search in the address, so that its link can be sent to a colleague. */
import { z } from 'zod';
import { id, network } from '../../shared/schemas/common.ts';
import { conversationStatus } from '../../shared/schemas/conversation.ts';
import { messageKind } from '../../shared/schemas/message.ts';
import type { SearchQuery } from '../../shared/schemas/search.ts';
import { answeredFilters, searchLimits, searchOrders } from '../../shared/schemas/search.ts';
import { startOfDay } from '../ui/startOfDay.ts';

const day = z.iso.date();

export const searchParams = z.object({
  // The router reads a text of digits as a number.
  text: z.coerce.string().max(searchLimits.textChars).optional().catch(undefined),
  kind: messageKind.exclude(['system']).optional().catch(undefined),
  community: id.optional().catch(undefined),
  person: id.optional().catch(undefined),
  /** By how soon a client's message was answered. The person is then the one who answered it. */
  answered: z.enum(answeredFilters).optional().catch(undefined),
  client: id.optional().catch(undefined),
  status: conversationStatus.optional().catch(undefined),
  network: network.optional().catch(undefined),
  label: z.coerce.string().max(100).optional().catch(undefined),
  waiting: z.boolean().optional().catch(undefined),
  file: z.boolean().optional().catch(undefined),
  /** Days of the reader's own calendar, both included. */
  from: day.optional().catch(undefined),
  to: day.optional().catch(undefined),
  order: z.enum(searchOrders).optional().catch(undefined),
});
export type SearchParams = z.infer<typeof searchParams>;

export function toQuery(params: SearchParams): Partial<Record<keyof SearchQuery, string>> {
  const {
    text = '',
    kind,
    community,
    person,
    answered,
    client,
    status,
    network,
    label,
    waiting,
    file,
    from,
    to,
    order,
  } = params;
  return {
    text,
    ...(kind && { kinds: kind }),
    ...(community && { communityId: community }),
    ...(person && { personId: person }),
    ...(answered && { answered }),
    ...(client && { clientId: client }),
    ...(status && { status }),
    ...(network && { network }),
    ...(label && { label }),
    ...(waiting && { isWaiting: 'true' }),
    ...(file && { hasFile: 'true' }),
    ...(from && { from: startOfDay(from, 0).toISOString() }),
    ...(order && { order }),
    ...(to && { before: startOfDay(to, 1).toISOString() }),
  };
}

/** Whether the address asks for anything. */
export const isAsked = (params: SearchParams): boolean =>
  Object.entries(params).some(([name, value]) => name !== 'order' && value !== undefined && value !== '');
